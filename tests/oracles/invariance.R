# Measurement invariance: configural, metric, scalar and partially scalar models, with scaled difference tests.
# Three unequal groups of simulated.csv (unweighted and weighted) and the four industries of the ACSI.
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])), "common.R"))

steps <- list(
  configural = "none",
  metric = "loadings",
  scalar = c("loadings", "intercepts"),
  partial = c("loadings", "intercepts")
)

# Latent means in every group: by lavaan for the confirmatory model; with paths they follow from the intercepts.
invariance <- function(syntax, data, group, free, how, vcov = FALSE) {
  runs <- lapply(names(steps), function(step) {
    extra <- list(group = group, group.equal = steps[[step]], meanstructure = TRUE)
    if (step == "partial") extra$group.partial <- free
    do.call(fit_tight, c(list(syntax, data), extra, how))
  })
  names(runs) <- names(steps)
  levels <- lapply(runs, function(run) {
    record <- fit_record(run, standardized = FALSE)
    record$latent_means <- lapply(lavInspect(run$fit, "mean.lv"), function(m) {
      m <- unclass(m)
      as.list(setNames(as.numeric(m), if (is.matrix(m)) rownames(m) else names(m)))
    })
    record$latent_correlations <- NULL
    record$latent_covariance_eigenvalues <- NULL
    record
  })
  difference <- function(less, more) {
    method <- if (is.null(how$estimator) || how$estimator == "ML") "default" else "satorra.bentler.2001"
    t <- suppressWarnings(lavTestLRT(runs[[more]]$fit, runs[[less]]$fit, method = method))
    data.frame(
      restricted = less, general = more, method = method, chisq_diff = t[2, "Chisq diff"], df_diff = t[2, "Df diff"],
      pvalue = pchisq(t[2, "Chisq diff"], t[2, "Df diff"], lower.tail = FALSE)
    )
  }
  list(groups = as.list(lavInspect(runs[[1]]$fit, "group.label")), levels = levels, differences = rbind(
    difference("metric", "configural"), difference("scalar", "metric"), difference("partial", "metric"),
    difference("scalar", "partial")
  ))
}

# ---- simulated ------------------------------------------------------------------------------------------------------

sim <- read.csv(file.path(here, "simulated.csv"))
blocks <- list(Quality = c("q1", "q2", "q3"), Value = c("v1", "v2", "v3"), Satisfaction = c("s1", "s2", "s3"))
measurement <- paste(measurement_lines(blocks), collapse = "\n")
structural <- paste(measurement, "Value ~ Quality", "Satisfaction ~ Quality + Value", sep = "\n")

# lavaan's default rescales weights to sum to n over all groups, so group sizes become shares of the weight; "group"
# rescales within each group and keeps the numbers of respondents.
weighted <- function(normalization) {
  list(estimator = "MLR", sampling.weights = "weight", sampling.weights.normalization = normalization)
}
by_group <- function(syntax, how) invariance(syntax, sim, "group", "s3~1", how)
simulated <- list(
  free = "s3 ~ 1",
  cfa_ML = by_group(measurement, list(estimator = "ML")),
  cfa_MLR = by_group(measurement, list(estimator = "MLR")),
  cfa_MLR_weights_total = by_group(measurement, weighted("total")),
  cfa_MLR_weights_group = by_group(measurement, weighted("group")),
  cfa_MLR_weights_group_cluster = by_group(measurement, c(weighted("group"), list(cluster = "psu"))),
  sem_MLR = by_group(structural, list(estimator = "MLR")),
  sem_MLR_weights_group = by_group(structural, weighted("group"))
)

# ---- ACSI -----------------------------------------------------------------------------------------------------------

acsi_blocks <- list(
  Expectation = c("OVERALLX", "CUSTOMX", "WRONGX"), Quality = c("OVERALLQ", "CUSTOMQ", "WRONGQ"),
  Value = c("PQ", "QP"), Satisfaction = c("SATIS", "CONFIRM", "IDEAL")
)
acsi <- read_data("acsi2015", "acsi2015.csv")
acsi_items <- unlist(acsi_blocks, use.names = FALSE)
acsi[acsi_items] <- recode_missing(acsi[acsi_items], c(98, 99))
acsi <- acsi[complete.cases(acsi[acsi_items]), c("INDUSTRY", acsi_items)]
acsi_measurement <- paste(measurement_lines(acsi_blocks), collapse = "\n")
by_industry <- function(how) invariance(acsi_measurement, acsi, "INDUSTRY", c("CONFIRM~1", "WRONGQ~1", "WRONGX~1"), how)
industries <- list(
  free = c("CONFIRM ~ 1", "WRONGQ ~ 1", "WRONGX ~ 1"),
  cfa_ML = by_industry(list(estimator = "ML")),
  cfa_MLR = by_industry(list(estimator = "MLR"))
)

write_oracle("invariance", list(
  data = "tests/oracles/simulated.csv by group; acsi2015/acsi2015.csv complete rows by INDUSTRY, in order of appearance",
  syntax = list(simulated_cfa = measurement, simulated_sem = structural, acsi_cfa = acsi_measurement),
  simulated = simulated,
  acsi = industries
))
