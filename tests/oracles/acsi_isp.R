# The core of the American Customer Satisfaction Index in four industries of 2015, separately: Internet service providers
# (3013), food (1001), airlines (3003), banks (5001). 98/99 = no answer.
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])), "common.R"))

acsi <- read_data("acsi2015", "acsi2015.csv")
blocks <- list(
  Expectation = c("OVERALLX", "CUSTOMX", "WRONGX"), Quality = c("OVERALLQ", "CUSTOMQ", "WRONGQ"),
  Value = c("PQ", "QP"), Satisfaction = c("SATIS", "CONFIRM", "IDEAL")
)
items <- unlist(blocks, use.names = FALSE)
paths <- c(
  "Quality ~ a*Expectation", "Value ~ b*Expectation + c*Quality",
  "Satisfaction ~ d*Expectation + e*Quality + f*Value"
)
effects <- c(
  te_Expectation_Quality = "a", te_Expectation_Value = "(b + a*c)", te_Quality_Value = "c",
  te_Expectation_Satisfaction = "(d + a*e + (b + a*c)*f)", te_Quality_Satisfaction = "(e + c*f)",
  te_Value_Satisfaction = "f"
)
syntax <- paste(c(measurement_lines(blocks), paths, paste(names(effects), ":=", effects)), collapse = "\n")

in_points <- vapply(names(effects), function(name) {
  ends <- strsplit(name, "_")[[1]][2:3]
  paste0("points_", ends[1], "_", ends[2], " := ", effects[[name]], "*kappa_", ends[2], "/kappa_", ends[1])
}, "")
index_syntax <- paste(c(index_lines(blocks), paths, in_points), collapse = "\n")

industry <- function(code) {
  rows <- recode_missing(acsi[acsi$INDUSTRY == code, items], c(98, 99))
  stopifnot(all(unlist(rows) %in% c(1:10, NA)))
  complete <- rows[complete.cases(rows), ]
  answered <- rows[rowSums(!is.na(rows)) > 0, ]
  ml <- fit_tight(syntax, complete)
  list(
    n_complete = nrow(complete),
    n_answered = nrow(answered),
    condition = scaled_condition(ml$fit),
    ML = fit_record(ml),
    MLR = fit_record(fit_tight(syntax, complete, estimator = "MLR")),
    MLR_points = fit_record(fit_points(index_syntax, complete, 1, 10, estimator = "MLR")),
    FIML_MLR = fit_record(fit_tight(syntax, answered, estimator = "MLR", missing = "ml")),
    FIML_points = fit_record(fit_points(index_syntax, answered, 1, 10, estimator = "MLR", missing = "ml"))
  )
}

codes <- c("3013", "1001", "3003", "5001")
write_oracle("acsi_isp", list(
  data = "acsi2015/acsi2015.csv by INDUSTRY, 98 and 99 missing; *_points: items (x - 1)/9*100",
  syntax = syntax,
  index_syntax = index_syntax,
  industries = sapply(codes, industry, simplify = FALSE)
))
