"""Papers as PDF: plans, letters, referrals and sheets, from what was signed or issued."""
