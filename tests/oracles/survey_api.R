# Design-based estimates for the Californian schools of the survey package: simple random, stratified, one-stage and
# two-stage cluster samples, plain and after calibration. Row order of weights and data: the CSV files.
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])), "common.R"))
suppressPackageStartupMessages(library(survey))
options(survey.lonely.psu = "fail")

samples <- sapply(c("apisrs", "apistrat", "apiclus1", "apiclus2"), function(name) {
  ours <- read_data("api", paste0(name, ".csv"))
  theirs <- local({ data(api, package = "survey", envir = environment()); get(name) })
  used <- c("stype", "sch.wide", "api00", "api99", "enroll", "api.stu", "ell", "meals", "dnum", "snum", "pw")
  for (v in used) stopifnot(isTRUE(all.equal(ours[[v]], if (is.factor(theirs[[v]])) as.character(theirs[[v]]) else
    theirs[[v]], tolerance = 1e-14, check.attributes = FALSE)))
  ours$stype <- factor(ours$stype, levels = c("E", "H", "M"))
  ours$sch.wide <- factor(ours$sch.wide, levels = c("No", "Yes"))
  ours
}, simplify = FALSE)

designs <- with(samples, list(
  srs_fpc = svydesign(ids = ~1, fpc = ~fpc, weights = ~pw, data = apisrs),
  strat = svydesign(ids = ~1, strata = ~stype, weights = ~pw, data = apistrat),
  strat_fpc = svydesign(ids = ~1, strata = ~stype, weights = ~pw, fpc = ~fpc, data = apistrat),
  clus1_fpc = svydesign(ids = ~dnum, weights = ~pw, fpc = ~fpc, data = apiclus1),
  clus2_fpc = svydesign(ids = ~dnum + snum, fpc = ~fpc1 + fpc2, data = apiclus2),
  clus2_wr = svydesign(ids = ~dnum + snum, weights = ~pw, data = apiclus2)
))

# ---- calibration of the one-stage cluster sample and the stratified sample ------------------------------------------

pop_types <- data.frame(stype = c("E", "H", "M"), Freq = c(4421, 755, 1018))
pop_wide <- data.frame(sch.wide = c("No", "Yes"), Freq = c(1072, 5122))
pop_totals <- c(`(Intercept)` = 6194, stypeH = 755, stypeM = 1018)
pop_api99 <- c(pop_totals, api99 = 3914069)
calibrations <- function(design) {
  list(
    post_stratified = postStratify(design, ~stype, pop_types),
    raked = rake(design, list(~stype, ~sch.wide), list(pop_types, pop_wide),
                 control = list(maxit = 1000, epsilon = 1e-12, verbose = FALSE)),
    raking_calibrated = calibrate(design, ~ stype + sch.wide, c(pop_totals, sch.wideYes = 5122), calfun = "raking",
                                  epsilon = 1e-13, maxit = 200),
    greg = calibrate(design, ~ stype + api99, pop_api99),
    greg_bounded = calibrate(design, ~ stype + api99, pop_api99, bounds = c(0.5, 1.7), epsilon = 1e-12, maxit = 500),
    logit = calibrate(design, ~ stype + api99, pop_api99, calfun = "logit", bounds = c(0.5, 1.7), epsilon = 1e-12,
                      maxit = 500)
  )
}
calibrated <- c(
  setNames(calibrations(designs$clus1_fpc), paste0("clus1_", names(calibrations(designs$clus1_fpc)))),
  setNames(calibrations(designs$strat_fpc), paste0("strat_", names(calibrations(designs$strat_fpc))))
)

# ---- what is estimated ----------------------------------------------------------------------------------------------

# Domain means with their covariance, as ratios of totals: svyby(covmat = TRUE) stops on calibrated designs in survey 4.1.
# Equal to svyby where both work (checked below).
domain_means <- function(design, items, by) {
  levels_by <- levels(design$variables[[by]])
  inside <- outer(as.character(design$variables[[by]]), levels_by, `==`) + 0
  columns <- list()
  for (l in seq_along(levels_by)) {
    columns[[paste0("n_", levels_by[l])]] <- inside[, l]
    for (i in items) columns[[paste0(i, "_", levels_by[l])]] <- inside[, l] * design$variables[[i]]
  }
  totals <- svytotal(reformulate(names(columns)), do.call(update, c(list(design), columns)))
  wanted <- expand.grid(level = levels_by, item = items, stringsAsFactors = FALSE)
  ratios <- Map(function(l, i) str2lang(paste0(i, "_", l, "/n_", l)), wanted$level, wanted$item)
  names(ratios) <- paste0(wanted$level, ":", wanted$item)
  svycontrast(totals, ratios)
}

record <- function(design) {
  by_type <- domain_means(design, c("api00", "meals"), "stype")
  by_wide <- domain_means(design, c("api00", "ell"), "sch.wide")
  check <- svyby(~ api00 + meals, ~stype, design, svymean)
  stopifnot(max(abs(coef(by_type) / coef(check) - 1), abs(SE(by_type) / unlist(SE(check)) - 1)) < 1e-9)
  contrast <- function(by, statistic, ...) {
    wanted <- list(...)
    names(wanted) <- vapply(wanted, function(w) paste(names(w), collapse = " - "), "")
    estimates(statistic, svycontrast(by, wanted))
  }
  variance <- svyvar(~ api00 + api99, design)
  numbers <- rbind(
    estimates("svymean", svymean(~ api00 + api99 + ell + meals, design)),
    estimates("svymean na.rm", svymean(~enroll, design, na.rm = TRUE)),
    estimates("svytotal", svytotal(~ api00 + ell, design)),
    estimates("svytotal na.rm", svytotal(~enroll, design, na.rm = TRUE)),
    estimates("svytotal factor", svytotal(~stype, design)),
    estimates("svymean factor", svymean(~ stype + sch.wide, design)),
    estimates("svyratio na.rm", svyratio(~api.stu, ~enroll, design, na.rm = TRUE)),
    estimates("svyratio", svyratio(~ api00 + ell, ~ api99 + meals, design)),
    estimates("svyby stype svymean", by_type),
    estimates("svyby stype svymean na.rm", svyby(~enroll, ~stype, design, svymean, na.rm = TRUE),
              paste0(c("E", "H", "M"), ":enroll")),
    estimates("svyby sch.wide svymean", by_wide),
    estimates("svyby stype svytotal na.rm", svyby(~enroll, ~stype, design, svytotal, na.rm = TRUE),
              paste0(c("E", "H", "M"), ":enroll")),
    contrast(by_type, "svycontrast stype", c(`E:api00` = 1, `H:api00` = -1), c(`E:api00` = 1, `M:api00` = -1),
             c(`H:meals` = 1, `M:meals` = -1)),
    contrast(by_wide, "svycontrast sch.wide", c(`Yes:api00` = 1, `No:api00` = -1), c(`Yes:ell` = 1, `No:ell` = -1)),
    contrast(svymean(~ api00 + api99, design), "svycontrast items", c(api00 = 1, api99 = -1)),
    estimates("svyvar", variance, c("api00:api00", "api00:api99", "api99:api00", "api99:api99"))
  )
  deff <- svymean(~ api00 + ell, design, deff = TRUE)
  list(
    degf = degf(design),
    degf_stype = sapply(levels(design$variables$stype), function(s) degf(subset(design, stype == s)),
                        simplify = FALSE),
    estimates = numbers,
    by_stype_vcov = named_matrix(vcov(by_type), names(coef(by_type))),
    deff = as.list(survey::deff(deff)),
    deff_replace = as.list(survey::deff(svymean(~ api00 + ell, design, deff = "replace")))
  )
}

proportion_intervals <- function(design) {
  do.call(rbind, lapply(c("mean", "logit", "xlogit", "beta"), function(method) {
    p <- svyciprop(~ I(sch.wide == "Yes"), design, method = method)
    ci <- as.numeric(attr(p, "ci"))
    data.frame(method = method, est = as.numeric(coef(p)), ci_low = ci[1], ci_high = ci[2])
  }))
}

# For each design: weights in row order, estimates, quantiles.
plain <- lapply(designs, function(design) {
  c(record(design), list(
    quantiles = rbind(
      quantile_table(c("api00", "ell"), design, c(0.1, 0.25, 0.5, 0.75, 0.9), c("mean", "beta", "xlogit"),
                     c("math", "school", "hf7")),
      quantile_table(c("api00", "ell"), design, c(0.1, 0.25, 0.5, 0.75, 0.9), "score", "math")
    ),
    proportion_intervals = proportion_intervals(design)
  ))
})
adjusted <- lapply(calibrated, function(design) c(list(weights = unname(weights(design))), record(design)))

jackknife <- local({
  jk1 <- as.svrepdesign(designs$clus1_fpc, type = "JK1", mse = TRUE)
  jkn <- as.svrepdesign(designs$strat_fpc, type = "JKn", mse = TRUE)
  rbind(
    estimates("clus1_fpc JK1 svymean", svymean(~ api00 + ell, jk1)),
    estimates("clus1_fpc JK1 svyratio", svyratio(~api00, ~api99, jk1)),
    estimates("strat_fpc JKn svymean", svymean(~ api00 + ell, jkn)),
    estimates("strat_fpc JKn svyratio", svyratio(~api00, ~api99, jkn))
  )
})

write_oracle("survey_api", list(
  data = "api/apisrs.csv, apistrat.csv, apiclus1.csv, apiclus2.csv",
  population = list(stype = as.list(setNames(pop_types$Freq, pop_types$stype)),
                    sch_wide = as.list(setNames(pop_wide$Freq, pop_wide$sch.wide)), api99 = 3914069),
  bounds = c(0.5, 1.7),
  designs = plain,
  calibrated = adjusted,
  jackknife = jackknife
), "survey")
