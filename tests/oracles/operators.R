# Corporate reputation of German mobile operators (corp_rep, 344 customers, items 1-7 as they are, -99 = no answer).
# Satisfaction (cusa) is one item with reliability .80: error variance .20 of its variance over the rows of the fit,
# denominator n (with missing answers: over the rows that have the item). `core`: quality and social responsibility
# drive competence and likeability. `full` adds performance and attractiveness, far more collinear.
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])), "common.R"))

corp <- recode_missing(read_data("corp_rep", "corp_rep_data.csv"), -99)
core <- list(
  QUAL = paste0("qual_", 1:8), CSOR = paste0("csor_", 1:5), COMP = paste0("comp_", 1:3), LIKE = paste0("like_", 1:3),
  CUSA = "cusa", CUSL = paste0("cusl_", 1:3)
)
full <- c(core, list(PERF = paste0("perf_", 1:5), ATTR = paste0("attr_", 1:3)))
outcome <- c("CUSA ~ COMP + LIKE", "CUSL ~ CUSA + LIKE")
paths <- list(
  core = c("COMP ~ QUAL + CSOR", "LIKE ~ QUAL + CSOR", outcome),
  full = c("COMP ~ QUAL + CSOR + PERF + ATTR", "LIKE ~ QUAL + CSOR + PERF + ATTR", outcome)
)

# Total effects in index points per index point, TE*kappa_to/kappa_from, by labelled paths of the core model.
labelled <- c("COMP ~ p1*QUAL + p2*CSOR", "LIKE ~ p3*QUAL + p4*CSOR", "CUSA ~ p5*COMP + p6*LIKE", "CUSL ~ p7*CUSA + p8*LIKE")
effects <- c(
  QUAL_CUSA = "(p1*p5 + p3*p6)", CSOR_CUSA = "(p2*p5 + p4*p6)", COMP_CUSA = "p5", LIKE_CUSA = "p6", CUSA_CUSL = "p7",
  QUAL_CUSL = "((p1*p5 + p3*p6)*p7 + p3*p8)", CSOR_CUSL = "((p2*p5 + p4*p6)*p7 + p4*p8)", COMP_CUSL = "p5*p7",
  LIKE_CUSL = "(p6*p7 + p8)"
)
in_points <- vapply(names(effects), function(name) {
  ends <- strsplit(name, "_")[[1]]
  paste0("points_", name, " := ", effects[[name]], "*kappa_", ends[2], "/kappa_", ends[1])
}, "")
index_syntax <- c(index_lines(core), labelled, in_points, "gap_CUSA_CUSL := index_CUSA - index_CUSL")

error_of <- function(rows) {
  observed <- rows$cusa[!is.na(rows$cusa)]
  0.2 * mean((observed - mean(observed))^2)
}
with_error <- function(lines, error) paste(c(lines, sprintf("cusa ~~ %.15g*cusa", error)), collapse = "\n")

plain <- function(blocks, paths, rows, ...) {
  error <- error_of(rows)
  syntax <- with_error(c(measurement_lines(blocks), paths), error)
  run <- fit_tight(syntax, rows, ...)
  c(list(syntax = syntax, error_variance = error, condition = scaled_condition(run$fit)), fit_record(run))
}

in_index_points <- function(rows, ...) {
  error <- error_of(rows)
  scaled <- error * (100 / 6)^2
  syntax <- with_error(index_syntax, scaled)
  run <- fit_points(syntax, rows, 1, 7, ..., raw_syntax = with_error(index_syntax, error))
  c(list(syntax = syntax, error_variance = scaled), fit_record(run))
}

one <- function(blocks, paths, with_points) {
  rows <- corp[unlist(blocks)]
  complete <- rows[complete.cases(rows), ]
  fits <- list(
    ML = plain(blocks, paths, complete),
    MLR = plain(blocks, paths, complete, estimator = "MLR"),
    FIML_MLR = plain(blocks, paths, rows, estimator = "MLR", missing = "ml")
  )
  if (with_points) {
    fits$MLR_points <- in_index_points(complete, estimator = "MLR")
    fits$FIML_points <- in_index_points(rows, estimator = "MLR", missing = "ml")
  }
  c(list(n_rows = nrow(rows), n_complete = nrow(complete), missing = sum(is.na(rows))), fits)
}

write_oracle("operators", list(
  data = "corp_rep/corp_rep_data.csv as is, -99 missing; *_points: items (x - 1)/6*100",
  core = one(core, paths$core, with_points = TRUE),
  full = one(full, paths$full, with_points = FALSE)
))
