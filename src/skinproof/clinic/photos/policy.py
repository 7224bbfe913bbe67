"""Who may look at which photo. Least access: what somebody needs for what they do now, and no more.

- The person (or the guest who holds the consultation): their own, small and in full, at any time.
- A doctor, before taking a case: its small pictures alone, to see what there is and whether it can be judged.
- A nurse: the photos of cases that wait or are in review, small and in full, to see that they can be judged. Not those
  of earlier consultations, nor any once a plan is signed.
- The doctor who has the case, or who had it when its plan was signed: its photos in full, and the earlier ones of the
  same person for the same concern, as skin is judged by how it changes.
- Anybody else: none. Before a consultation is sent, nobody of the clinic sees anything of it.
"""

from __future__ import annotations

from skinproof.clinic.consultations.models import HELD, WITH_THE_DOCTOR, Consultation, State
from skinproof.clinic.people.models import Role, User

ITS_OWN = (*HELD, State.PLAN_READY, State.CLOSED)  # states in which a case has, or had, its doctor


def sees_thumbnails(user: User, case: Consultation) -> bool:
    """Whether somebody of the clinic may see a case's small pictures."""
    if user.role == Role.DOCTOR and case.sent_at is not None and case.state in (*WITH_THE_DOCTOR, State.PLAN_READY):
        return True
    return opens(user, case)


def opens(user: User, case: Consultation) -> bool:
    """Whether somebody of the clinic may see a case's photos in full."""
    if case.sent_at is None:
        return False
    if user.role == Role.NURSE:
        return case.state in WITH_THE_DOCTOR
    return user.role == Role.DOCTOR and case.doctor_id == user.pk and case.state in ITS_OWN


def may_open(user: User, case: Consultation) -> bool:
    """Whether somebody may see photos of this case in full, for its own sake or for a later case of the same person."""
    if opens(user, case):
        return True
    if user.role != Role.DOCTOR or case.sent_at is None or case.person_id is None:
        return False
    return Consultation.objects.filter(
        person_id=case.person_id, concern=case.concern, doctor_id=user.pk, state__in=ITS_OWN, sent_at__gte=case.sent_at
    ).exists()
