# Missing answers: the reduced ECSI on mobi with 6 % of the answers deleted at random, by full-information ML.
# The JSON carries the deleted cells (zero-based row and item), not the data.
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])), "common.R"))
suppressWarnings(RNGversion("4.2.0"))
set.seed(20240611)

mobi <- read_data("mobi", "mobi.csv")
blocks <- list(
  Image = paste0("IMAG", 1:5), Value = paste0("PERV", 1:2), Satis = paste0("CUSA", 1:3), Loyal = paste0("CUSL", 1:3)
)
items <- unlist(blocks, use.names = FALSE)
rows <- mobi[items]
cells <- sort(sample.int(nrow(rows) * length(items), round(0.06 * nrow(rows) * length(items))))
row <- (cells - 1L) %% nrow(rows) + 1L
item <- (cells - 1L) %/% nrow(rows) + 1L
for (k in seq_along(cells)) rows[row[k], item[k]] <- NA
stopifnot(all(rowSums(!is.na(rows)) > 0))

paths <- c("Value ~ a*Image", "Satis ~ b*Image + c*Value", "Loyal ~ d*Satis")
syntax <- paste(c(
  measurement_lines(blocks), paths,
  "te_Image_Satis := b + a*c", "te_Image_Loyal := (b + a*c)*d", "te_Value_Loyal := c*d"
), collapse = "\n")
index_syntax <- paste(c(
  index_lines(blocks), paths, "gap_Satis_Loyal := index_Satis - index_Loyal",
  "points_Image_Satis := (b + a*c)*kappa_Satis/kappa_Image"
), collapse = "\n")

ml <- fit_tight(syntax, rows, missing = "ml", information = "observed")
moments <- lavInspect(ml$fit, "sampstat")
patterns <- unique(as.data.frame(!is.na(rows)))

write_oracle("fiml", list(
  data = "mobi/mobi.csv as is, `deleted` cells missing; MLR_points: items (x - 1)/9*100",
  syntax = syntax,
  index_syntax = index_syntax,
  n = nrow(rows),
  n_patterns = nrow(patterns),
  deleted = list(items = as.list(items), row = row - 1L, item = item - 1L),
  saturated = list(mean = as.list(unclass(moments$mean)), cov = matrix_record(moments$cov),
                   loglik = as.numeric(fitMeasures(ml$fit, "unrestricted.logl"))),
  ML_observed = fit_record(ml),
  MLR = fit_record(fit_tight(syntax, rows, missing = "ml", estimator = "MLR"), vcov = TRUE),
  MLR_points = fit_record(fit_points(index_syntax, rows, 1, 10, missing = "ml", estimator = "MLR"))
))
