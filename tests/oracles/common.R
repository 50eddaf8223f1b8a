# What every oracle script shares: where the data are, a fit that stands at its optimum, flat tables, JSON.

suppressPackageStartupMessages(library(lavaan))

here <- dirname(normalizePath(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])))

# The folder of the test data: first argument, else CSI_DATA, else ../shared/data beside the project.
data_dir <- local({
  given <- c(commandArgs(TRUE), Sys.getenv("CSI_DATA"), file.path(here, "..", "..", "..", "shared", "data"))
  normalizePath(given[nzchar(given)][1])
})

read_data <- function(...) read.csv(file.path(data_dir, ...))

# Codes that mean "no answer" become NA.
recode_missing <- function(frame, codes) {
  frame[] <- lapply(frame, function(x) replace(x, x %in% codes, NA))
  frame
}

# ---- fits -----------------------------------------------------------------------------------------------------------

# sem() run to its own stop rule, then Newton steps on lavaan's own gradient until they stop helping, then the
# same call evaluated at that point (optim.method = "none"), so SE and tests belong to the true optimum.
# A tighter rel.tol would not do: nlminb then reports "false convergence" and lavaan refuses SE and baseline.
# lavaan's own flag of the first run and both gradients are kept. `begin`: free parameters to polish from instead.
fit_tight <- function(syntax, data, ..., begin = NULL) {
  notes <- character()
  keep <- function(w) {
    notes <<- c(notes, trimws(gsub("[[:space:]]+", " ", conditionMessage(w))))
    invokeRestart("muffleWarning")
  }
  args <- list(model = syntax, data = data, em.h1.tol = 1e-11, em.h1.iter.max = 20000L, ...)
  first <- withCallingHandlers(do.call("sem", args), warning = keep)
  top <- polish(first, begin)
  stopifnot(top$gradient < 1e-10)
  first_notes <- unique(notes)
  notes <- character()
  last <- withCallingHandlers(
    do.call("sem", c(args, list(start = top$x, optim.method = "none", baseline = FALSE))), warning = keep
  )
  last@baseline <- first@baseline # would inherit `start` above and fail
  list(
    fit = last,
    convergence = list(
      lavaan_converged = lavInspect(first, "converged"),
      lavaan_iterations = lavInspect(first, "iterations"),
      lavaan_max_gradient = max(abs(reduced_gradient(first))),
      newton_steps = top$steps,
      max_gradient = top$gradient,
      max_gradient_of_reported_fit = max(abs(reduced_gradient(last))),
      post_check = suppressWarnings(lavInspect(last, "post.check")),
      lavaan_warnings = as.list(first_notes), # of lavaan's own run
      warnings = as.list(unique(notes)) # of the reported fit
    )
  )
}

# The same on items rescaled to 0-100. Begun at the rescaled optimum of the items as they are: on this scale lavaan can
# claim convergence far from the optimum (gradient 2e-4 in two of the ACSI fits with missing answers).
# `raw_syntax`: the model for the items as they are, where a fixed error variance has to differ.
fit_points <- function(syntax, data, low, high, ..., raw_syntax = syntax) {
  raw <- parTable(fit_tight(raw_syntax, data, meanstructure = TRUE, ...)$fit)
  raw <- raw[raw$free > 0L & !duplicated(raw$free), ]
  unit <- 100 / (high - low)
  begin <- ifelse(raw$op == "~1", (raw$est - low) * unit, ifelse(raw$op == "~~", raw$est * unit^2, raw$est))
  data[] <- lapply(data, function(x) (x - low) * unit)
  fit_tight(syntax, data, meanstructure = TRUE, ..., begin = begin[order(raw$free)])
}

# Basis of the free directions: identity, or the null space of the equality constraints.
free_basis <- function(model) if (model@eq.constraints) model@eq.constraints.K else diag(model@nx.free)

gradient_at <- function(fit, model) {
  g <- lavaan:::lav_model_gradient(model, lavsamplestats = fit@SampleStats, lavdata = fit@Data, lavcache = fit@Cache)
  drop(crossprod(free_basis(model), g))
}

reduced_gradient <- function(fit) gradient_at(fit, fit@Model)

# lavaan differentiates its gradient numerically with the same step 1e-6 for every parameter, which leaves 7 digits in
# robust SE of items on 0-100. Same five-point formula, step fitted to each parameter's own scale: 11 digits.
scaled_hessian <- function(lavmodel = NULL, lavsamplestats = NULL, lavdata = NULL, lavoptions = NULL, lavcache = NULL,
                           group.weight = TRUE, ceq.simple = FALSE, h = NULL) {
  x <- lavaan:::lav_model_get_parameters(lavmodel)
  gradient <- function(x) {
    lavaan:::lav_model_gradient(lavmodel, GLIST = lavaan:::lav_model_x2GLIST(lavmodel, x = x, type = "free"),
                                lavsamplestats = lavsamplestats, lavdata = lavdata, lavcache = lavcache,
                                type = "free", group.weight = group.weight, ceq.simple = ceq.simple)
  }
  central <- function(j, h) {
    at <- function(k) gradient(replace(x, j, x[j] + k * h))
    (at(-2) - 8 * at(-1) + 8 * at(1) - at(2)) / (12 * h)
  }
  columns <- vapply(seq_along(x), function(j) {
    curvature <- abs(central(j, 1e-6)[j])
    central(j, 1e-3 / sqrt(max(curvature, 1e-8)))
  }, x)
  (columns + t(columns)) / 2
}
assignInNamespace("lav_model_hessian", scaled_hessian, "lavaan")

# The same for the forward differences behind the SE of standardized values: Richardson extrapolation.
assignInNamespace("lav_func_jacobian_simple", function(func, x, h = NULL, fallback.simple = TRUE, ...) {
  numDeriv::jacobian(func, x, method = "Richardson", ...)
}, "lavaan")

polish <- function(fit, begin = NULL, max_steps = 40L) {
  basis <- free_basis(fit@Model)
  hessian_at <- function(model) {
    h <- lavaan:::lav_model_hessian(model, lavsamplestats = fit@SampleStats, lavdata = fit@Data,
                                    lavoptions = fit@Options, lavcache = fit@Cache)
    crossprod(basis, h %*% basis)
  }
  here_at <- function(x) {
    model <- lavaan:::lav_model_set_parameters(fit@Model, x = x)
    g <- tryCatch(suppressWarnings(gradient_at(fit, model)), error = function(e) Inf)
    list(x = x, model = model, g = g, size = max(abs(g)))
  }
  best <- here_at(if (is.null(begin)) lavaan:::lav_model_get_parameters(fit@Model) else begin)
  steps <- 0L
  while (steps < max_steps) {
    if (steps %% 5L == 0L) h <- hessian_at(best$model) # the same Hessian serves several (chord) steps
    direction <- -drop(basis %*% solve(h, best$g))
    trials <- lapply(c(1, 1 / 4, 1 / 16), function(part) here_at(best$x + part * direction))
    trial <- trials[[which.min(vapply(trials, `[[`, 0, "size"))]]
    if (!(trial$size < best$size)) break
    best <- trial
    steps <- steps + 1L
  }
  list(x = best$x, gradient = best$size, steps = steps)
}

# ---- tables ---------------------------------------------------------------------------------------------------------

# One row per parameter: estimate and SE, standardized value and its SE. p-values are left out: lavaan's 1 - pnorm(z)
# keeps few digits in the tail; z says the same.
parameter_table <- function(fit, standardized = TRUE) {
  pe <- parameterEstimates(fit, remove.nonfree = FALSE, remove.eq = FALSE, remove.ineq = FALSE, remove.def = FALSE)
  out <- pe[intersect(c("lhs", "op", "rhs", "group", "est", "se", "z"), names(pe))]
  if (standardized) {
    st <- standardizedSolution(fit, type = "std.all")
    key <- function(d) paste(d$lhs, d$op, d$rhs, if (is.null(d$group)) 1L else pmax(d$group, 1L))
    at <- match(key(out), key(st))
    out$std_all <- st$est.std[at]
    out$se_std <- st$se[at]
  }
  rownames(out) <- NULL
  out
}

fit_measures <- function(fit) {
  m <- as.list(unclass(suppressWarnings(fitMeasures(fit)))) # warns where a robust CFI cannot be had: null
  m$pvalue_upper_tail <- pchisq(m$chisq, m$df, lower.tail = FALSE)
  m$baseline.pvalue_upper_tail <- pchisq(m$baseline.chisq, m$baseline.df, lower.tail = FALSE)
  lapply(m, as.numeric)
}

matrix_record <- function(m) {
  m <- unclass(m)
  list(names = as.list(rownames(m)), rows = unname(lapply(seq_len(nrow(m)), function(i) unname(m[i, ]))))
}

per_group <- function(x, fun = identity) if (is.list(x)) lapply(x, fun) else fun(x)

# Everything a test may want from one fit. `vcov` is large: on request.
fit_record <- function(run, vcov = FALSE, standardized = TRUE) {
  fit <- run$fit
  r2 <- lavInspect(fit, "r2")
  cor_lv <- lavInspect(fit, "cor.lv")
  cov_lv <- lavInspect(fit, "cov.lv")
  out <- list(
    n = as.list(lavInspect(fit, "nobs")),
    parameters = parameter_table(fit, standardized),
    fit = fit_measures(fit),
    r_squared = per_group(r2, function(v) as.list(unclass(v))),
    latent_correlations = per_group(cor_lv, matrix_record),
    latent_covariance_eigenvalues = per_group(cov_lv, function(m) eigen(m, symmetric = TRUE, only.values = TRUE)$values),
    convergence = run$convergence
  )
  if (length(out$n) == 1L) out$n <- out$n[[1]]
  if (vcov) out$vcov <- matrix_record(lavInspect(fit, "vcov"))
  out
}

# Lines that define, for blocks of items, the loading-weighted index of each construct, its equal-weight twin and
# kappa = sum(l^2)/sum(l), from labelled loadings l_ITEM (the first of a block is 1) and means m_ITEM. Constructs of one
# item are their item.
index_lines <- function(blocks) {
  total <- function(x) paste0("(", paste(x, collapse = " + "), ")")
  loadings <- function(k) c("1", if (length(blocks[[k]]) > 1L) paste0("l_", blocks[[k]][-1]))
  means <- function(k) paste0("m_", blocks[[k]])
  each <- function(f) unname(vapply(names(blocks), f, ""))
  c(
    each(function(k) {
      free <- blocks[[k]][-1]
      paste(c(paste0(k, " =~ 1*", blocks[[k]][1]), if (length(free)) paste0("l_", free, "*", free)), collapse = " + ")
    }),
    paste0(unlist(blocks), " ~ m_", unlist(blocks), "*1"),
    each(function(k) {
      paste0("index_", k, " := ", total(paste0(loadings(k), "*", means(k))), "/", total(loadings(k)))
    }),
    each(function(k) paste0("equal_", k, " := ", total(means(k)), "/", length(blocks[[k]]))),
    each(function(k) {
      paste0("kappa_", k, " := ", total(paste0(loadings(k), "*", loadings(k))), "/", total(loadings(k)))
    })
  )
}

measurement_lines <- function(blocks) {
  unname(vapply(names(blocks), function(k) paste(k, "=~", paste(blocks[[k]], collapse = " + ")), ""))
}

# Condition number of the information matrix scaled to unit diagonal: how near the model is to being unidentified.
scaled_condition <- function(fit) {
  info <- lavInspect(fit, "information.expected")
  d <- diag(1 / sqrt(diag(info)))
  kappa(d %*% info %*% d, exact = TRUE)
}

# ---- survey estimates -----------------------------------------------------------------------------------------------

# One record per number: `statistic` names the call, `term` the number within it.
estimates <- function(statistic, stat, term = names(coef(stat))) {
  data.frame(statistic = statistic, term = as.vector(unname(term)), est = unname(as.numeric(coef(stat))),
             se = unname(as.numeric(unlist(survey::SE(stat)))), row.names = NULL)
}

named_matrix <- function(m, names) {
  m <- as.matrix(m)
  dimnames(m) <- list(names, names)
  matrix_record(m)
}

# Quantiles with their intervals. Where survey's root search for a "score" interval fails the row is left out.
quantile_table <- function(items, design, probabilities, intervals, rules) {
  grid <- expand.grid(p = probabilities, qrule = rules, interval = intervals, item = items, stringsAsFactors = FALSE)
  one <- function(p, qrule, interval, item) {
    m <- tryCatch(
      survey::svyquantile(reformulate(item), design, p, interval.type = interval, qrule = qrule)[[item]],
      error = function(e) NULL
    )
    if (is.null(m)) return(NULL)
    data.frame(item = item, interval = interval, qrule = qrule, p = p, est = m[1, 1], ci_low = m[1, 2],
               ci_high = m[1, 3], se = m[1, 4])
  }
  out <- do.call(rbind, Map(one, grid$p, grid$qrule, grid$interval, grid$item))
  rownames(out) <- NULL
  out
}

# ---- JSON -----------------------------------------------------------------------------------------------------------

# 15 significant digits; not finite becomes null.
json_number <- function(x) ifelse(is.finite(x), sprintf("%.15g", x), "null")

json_scalar <- function(x) {
  if (is.factor(x)) x <- as.character(x)
  if (is.character(x)) return(ifelse(is.na(x), "null", encode_text(x)))
  if (is.logical(x)) return(ifelse(is.na(x), "null", ifelse(x, "true", "false")))
  if (is.integer(x)) return(ifelse(is.na(x), "null", format(x, trim = TRUE, scientific = FALSE)))
  json_number(as.numeric(x))
}

encode_text <- function(x) {
  x <- gsub("\\", "\\\\", x, fixed = TRUE)
  x <- gsub("\"", "\\\"", x, fixed = TRUE)
  x <- gsub("\n", "\\n", x, fixed = TRUE)
  paste0("\"", x, "\"")
}

# A data frame is a list of records, one per line; a named list a dict; an atomic vector a list, or a scalar.
to_json <- function(x, indent = "") {
  inner <- paste0(indent, " ")
  if (is.null(x)) return("null")
  if (is.data.frame(x)) {
    cells <- lapply(x, json_scalar)
    fields <- mapply(function(name, cell) paste0(encode_text(name), ": ", cell), names(x), cells, SIMPLIFY = FALSE)
    rows <- do.call(paste, c(unname(fields), sep = ", "))
    if (nrow(x) == 0L) return("[]")
    return(paste0("[\n", paste0(inner, "{", rows, "}", collapse = ",\n"), "\n", indent, "]"))
  }
  if (is.list(x)) {
    if (length(x) == 0L) return(if (is.null(names(x))) "[]" else "{}")
    parts <- vapply(x, to_json, "", indent = inner)
    if (is.null(names(x))) return(paste0("[\n", paste0(inner, parts, collapse = ",\n"), "\n", indent, "]"))
    return(paste0("{\n", paste0(inner, encode_text(names(x)), ": ", parts, collapse = ",\n"), "\n", indent, "}"))
  }
  x_names <- names(x)
  if (!is.null(x_names)) return(to_json(as.list(x), indent))
  if (length(x) == 1L) return(json_scalar(x))
  paste0("[", paste(json_scalar(x), collapse = ", "), "]")
}

count_numbers <- function(x) {
  if (is.data.frame(x)) return(sum(vapply(x, function(c) if (is.numeric(c)) sum(is.finite(c)) else 0L, 0)))
  if (is.list(x)) return(sum(0, vapply(x, count_numbers, 0)))
  if (is.numeric(x)) sum(is.finite(x)) else 0
}

write_oracle <- function(name, content, packages = "lavaan") {
  versions <- c(list(R = paste(R.version$major, R.version$minor, sep = ".")),
                sapply(packages, function(p) as.character(packageVersion(p)), simplify = FALSE))
  content <- c(list(versions = versions, numbers = as.integer(count_numbers(content))), content)
  target <- file.path(here, paste0(name, ".json"))
  partial <- paste0(target, ".partial")
  writeLines(to_json(content), partial, useBytes = TRUE)
  file.rename(partial, target)
  message(sprintf("%-16s %6d numbers", name, content$numbers))
}
