# A stratified cluster sample with informative weights (simulated.csv): the same SEM under ML, MLR, weights, clusters,
# both, and strata too; and the survey package's means, domains, ratios, quantiles and covariances on the same rows.
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])), "common.R"))
suppressPackageStartupMessages(library(survey))

sim <- read.csv(file.path(here, "simulated.csv"))
blocks <- list(Quality = c("q1", "q2", "q3"), Value = c("v1", "v2", "v3"), Satisfaction = c("s1", "s2", "s3"))
items <- unlist(blocks, use.names = FALSE)
paths <- c("Value ~ a*Quality", "Satisfaction ~ b*Quality + c*Value")
syntax <- paste(c(measurement_lines(blocks), paths, "te_Quality_Satisfaction := b + a*c"), collapse = "\n")
index_syntax <- paste(c(
  index_lines(blocks), paths,
  "points_Quality_Value := a*kappa_Value/kappa_Quality",
  "points_Quality_Satisfaction := (b + a*c)*kappa_Satisfaction/kappa_Quality",
  "points_Value_Satisfaction := c*kappa_Satisfaction/kappa_Value",
  "gap_Quality_Satisfaction := index_Quality - index_Satisfaction"
), collapse = "\n")

# ---- lavaan ---------------------------------------------------------------------------------------------------------

lavaan_designs <- list(
  ML = list(estimator = "ML"),
  MLR = list(estimator = "MLR"),
  MLR_weights = list(estimator = "MLR", sampling.weights = "weight"),
  MLR_cluster = list(estimator = "MLR", cluster = "psu"),
  MLR_weights_cluster = list(estimator = "MLR", sampling.weights = "weight", cluster = "psu")
)
run <- function(syntax, how, ...) do.call(fit_tight, c(list(syntax, sim, ...), how))
runs <- lapply(lavaan_designs, function(how) run(syntax, how))
runs_means <- lapply(lavaan_designs, function(how) run(index_syntax, how, meanstructure = TRUE))

# ---- the sandwich for any design ------------------------------------------------------------------------------------

# lavaan knows no strata. V = H^-1 J H^-1 with lavaan's observed information H and casewise scores, J = vcov of their
# weighted total by survey::svytotal. One cluster level without strata must give lavaan's own cluster-robust SE.
designs <- function(weights, fpc = FALSE) {
  data <- transform(sim, w = weights)
  list(
    cluster = svydesign(ids = ~psu, weights = ~w, data = data),
    stratified_cluster = svydesign(ids = ~psu, strata = ~stratum, weights = ~w, data = data),
    stratified_cluster_fpc = svydesign(ids = ~psu, strata = ~stratum, weights = ~w, fpc = ~fpc, data = data)
  )
}

meat <- function(fit, design) {
  scores <- as.data.frame(lavScores(fit))
  names(scores) <- paste0("z", seq_along(scores))
  unname(vcov(svytotal(reformulate(names(scores)), do.call(update, c(list(design), scores)))))
}

sandwich <- function(fit, design) {
  bread <- solve(nrow(sim) * lavInspect(fit, "information.observed"))
  unname(bread %*% meat(fit, design) %*% bread)
}

saturated <- local({
  pairs <- outer(items, items, paste, sep = " ~~ ")
  covariances <- pairs[upper.tri(pairs, diag = TRUE)]
  fit <- function(lines, ...) {
    fit_tight(paste(lines, collapse = "\n"), sim, sampling.weights = "weight", estimator = "MLR", ...)$fit
  }
  list(covariance = fit(covariances), means = fit(c(covariances, paste(items, "~ 1")), meanstructure = TRUE))
})

# Yuan-Bentler (Mplus) scaling of chi-square with the design's own meat: (tr H1^-1 J1 - tr H0^-1 J0)/df.
trace_of <- function(fit, design) {
  sum(diag(solve(nrow(sim) * lavInspect(fit, "information.observed"), meat(fit, design))))
}

# Same order as parameter_table(): free parameters, then those defined from them.
sandwich_record <- function(fit, design) {
  v <- sandwich(fit, design)
  pt <- parTable(fit)
  x <- lavaan:::lav_model_get_parameters(fit@Model)
  jacobian <- numDeriv::jacobian(fit@Model@def.function, x)
  defined <- pt$op == ":="
  free <- pt$free > 0L
  out <- data.frame(lhs = pt$lhs, op = pt$op, rhs = pt$rhs, est = parameterEstimates(fit)$est, se = NA_real_)
  out$se[free] <- sqrt(diag(v))[pt$free[free]]
  out$se[defined] <- sqrt(diag(jacobian %*% v %*% t(jacobian)))
  out <- out[free | defined, ]
  out$rhs[out$op == ":="] <- ""
  h1 <- if (fit@Model@meanstructure) saturated$means else saturated$covariance
  df <- fitMeasures(fit, "df")
  list(
    parameters = out,
    chisq = as.numeric(fitMeasures(fit, "chisq")),
    df = as.numeric(df),
    scaling = as.numeric((trace_of(h1, design) - trace_of(fit, design)) / df)
  )
}

weighted <- designs(sim$weight * nrow(sim) / sum(sim$weight))
fit_wc <- runs_means$MLR_weights_cluster$fit
check <- parameterEstimates(fit_wc)
check <- check[check$se > 0 & check$op != ":=", "se"]
stopifnot(max(abs(sqrt(diag(sandwich(fit_wc, weighted$cluster))) / check - 1)) < 1e-9)
stopifnot(abs(sandwich_record(fit_wc, weighted$cluster)$scaling / fitMeasures(fit_wc, "chisq.scaling.factor") - 1) < 1e-9)

# ---- survey ---------------------------------------------------------------------------------------------------------

full <- designs(sim$weight)
survey_designs <- c(
  list(weights = svydesign(ids = ~1, weights = ~weight, data = sim),
       strata = svydesign(ids = ~1, strata = ~stratum, weights = ~weight, data = sim)),
  full
)
all_items <- reformulate(items)

survey_record <- function(design) {
  mean_all <- svymean(all_items, design)
  by_group <- svyby(all_items, ~group, design, svymean, covmat = TRUE)
  by_names <- names(coef(by_group))
  contrast <- function(a, b) {
    svycontrast(by_group, setNames(list(setNames(c(1, -1), c(a, b))), paste(a, "-", b)))
  }
  pairs <- expand.grid(i = items, p = c("A B", "A C", "B C"), stringsAsFactors = FALSE)
  differences <- do.call(rbind, Map(function(i, p) {
    g <- strsplit(p, " ")[[1]]
    estimates("svycontrast group difference", contrast(paste0(g[1], ":", i), paste0(g[2], ":", i)))
  }, pairs$i, pairs$p))
  item_gap <- svycontrast(mean_all, list("s1 - q1" = c(s1 = 1, q1 = -1), "s1 - s2" = c(s1 = 1, s2 = -1)))
  satisfied <- svymean(~I(s1 >= 8) + I(s2 >= 8) + I(v1 <= 4), design)
  numbers <- rbind(
    estimates("svymean", mean_all),
    estimates("svytotal", svytotal(all_items, design)),
    estimates("svyby group svymean", by_group),
    differences,
    estimates("svycontrast items", item_gap),
    estimates("svymean proportion", satisfied),
    estimates("svymean group share", svymean(~group, design)),
    estimates("svyratio", svyratio(~ s1 + v1, ~ q1 + q2, design)),
    estimates("svyvar", svyvar(all_items, design), outer(items, items, paste, sep = ":"))
  )
  rownames(numbers) <- NULL
  variances <- svyvar(all_items, design)
  domain_df <- sapply(c("A", "B", "C"), function(g) degf(subset(design, group == g)))
  list(
    degf = degf(design),
    degf_group = as.list(domain_df),
    estimates = numbers,
    svymean_vcov = named_matrix(vcov(mean_all), items),
    svyby_vcov = named_matrix(vcov(by_group), by_names),
    svyvar_vcov_diagonal = unname(diag(as.matrix(vcov(variances)))),
    design_effect = {
      d <- svymean(all_items, design, deff = TRUE)
      list(deff = as.list(survey::deff(d)),
           deff_replace = as.list(survey::deff(svymean(all_items, design, deff = "replace"))))
    }
  )
}

quantile_record <- function(design) {
  probabilities <- c(0.1, 0.25, 0.5, 0.75, 0.9)
  rbind(
    quantile_table(c("s1", "v2"), design, probabilities, c("mean", "beta", "xlogit"), c("math", "school", "hf7")),
    quantile_table(c("s1", "v2"), design, probabilities, "score", "math")
  )
}

# Stratum 4 reduced to its first PSU.
lonely_record <- function() {
  first <- min(sim$psu[sim$stratum == 4])
  rows <- sim[sim$stratum != 4 | sim$psu == first, ]
  design <- svydesign(ids = ~psu, strata = ~stratum, weights = ~weight, data = rows)
  one <- function(option) {
    options(survey.lonely.psu = option)
    on.exit(options(survey.lonely.psu = "fail"))
    tryCatch({
      m <- svymean(all_items, design)
      total <- svytotal(all_items, design)
      list(degf = degf(design), estimates = rbind(estimates("svymean", m), estimates("svytotal", total)))
    }, error = function(e) list(error = conditionMessage(e)))
  }
  list(kept_psu_of_stratum_4 = first, n = nrow(rows),
       options = sapply(c("fail", "remove", "adjust", "average", "certainty"), one, simplify = FALSE))
}

write_oracle("design", list(
  data = "tests/oracles/simulated.csv",
  syntax = syntax,
  index_syntax = index_syntax,
  lavaan = lapply(runs, fit_record),
  lavaan_means = lapply(runs_means, fit_record),
  sandwich = list(
    weighted_covariance = lapply(weighted, function(d) sandwich_record(runs$MLR_weights$fit, d)),
    weighted_means = lapply(weighted, function(d) sandwich_record(runs_means$MLR_weights$fit, d))
  ),
  survey = lapply(survey_designs, survey_record),
  quantiles = lapply(survey_designs[c("weights", "stratified_cluster")], quantile_record),
  lonely_psu = lonely_record()
), c("lavaan", "survey"))
