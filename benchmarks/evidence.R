# The part of evidence.py that R does: the same data, timed inside R. Called with a folder that holds cases.csv.

suppressMessages(library(metafor))
folder <- commandArgs(TRUE)[1]
cases <- read.csv(file.path(folder, "cases.csv"), stringsAsFactors = FALSE)

timed <- function(work, seconds, runs) {
  if (runs > 1) work()
  taken <- numeric(0)
  began <- Sys.time()
  while (length(taken) < runs || (as.numeric(difftime(Sys.time(), began, units = "secs")) < seconds && length(taken) < 200)) {
    start <- Sys.time()
    fit <- work()
    taken <- c(taken, as.numeric(difftime(Sys.time(), start, units = "secs")))
  }
  list(ms = 1000 * median(taken), fit = fit)
}

pairwise <- function(data, case) {
  if (case$mods) {
    function() rma(yi, vi, mods = ~x, data = data, method = case$method, test = case$test)
  } else {
    function() rma(yi, vi, data = data, method = case$method, test = case$test)
  }
}

network <- function(data, case) {
  X <- as.matrix(data[, grep("^t[.]", names(data))])
  V <- diag(data$v)
  same <- outer(data$study, data$study, "==") & !diag(nrow(data))
  V[same] <- matrix(data$shared, nrow(data), nrow(data))[same]
  function() rma.mv(yi, V, mods = X, intercept = FALSE, random = ~ contrast | study, struct = "CS", rho = 0.5, data = data,
                    method = case$method)
}

bootstrap <- function(data, case) {
  samples <- as.matrix(data[, grep("^b[.]", names(data))])
  function() {
    tau2 <- numeric(ncol(samples))
    for (b in seq_len(ncol(samples))) {
      fit <- tryCatch(rma(samples[, b], data$vi, method = case$method), error = function(fault) NULL)
      tau2[b] <- if (is.null(fit)) NA else fit$tau2
    }
    list(beta = mean(tau2, na.rm = TRUE), se = sd(tau2, na.rm = TRUE), tau2 = median(tau2, na.rm = TRUE))
  }
}

cat("name,ms,estimate,se,tau2\n")
for (row in seq_len(nrow(cases))) {
  case <- cases[row, ]
  data <- read.csv(file.path(folder, case$file))
  work <- get(case$kind)(data, case)
  run <- timed(work, case$seconds, case$runs)
  fit <- run$fit
  at <- if (case$mods) 2 else 1
  tau2 <- if (is.null(fit$tau2)) 0 else fit$tau2
  cat(sprintf("%s,%.6f,%.15g,%.15g,%.15g\n", case$name, run$ms, fit$beta[at], fit$se[at], tau2))
}
