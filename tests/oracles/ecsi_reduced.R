# Four constructs of the ECSI on mobi (250 customers, items 1-10 as they are): the largest part of that model that is
# well identified (condition number of the scaled information 32; the full model has 3.5e6).
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])), "common.R"))

mobi <- read_data("mobi", "mobi.csv")
blocks <- list(
  Image = paste0("IMAG", 1:5), Value = paste0("PERV", 1:2), Satis = paste0("CUSA", 1:3), Loyal = paste0("CUSL", 1:3)
)
paths <- c("Value ~ a*Image", "Satis ~ b*Image + c*Value", "Loyal ~ d*Satis")

syntax <- paste(c(
  measurement_lines(blocks), paths,
  "te_Image_Satis := b + a*c", "te_Image_Loyal := (b + a*c)*d", "te_Value_Loyal := c*d"
), collapse = "\n")

index_syntax <- paste(c(
  index_lines(blocks), paths,
  "gap_Satis_Loyal := index_Satis - index_Loyal",
  "points_Image_Value := a*kappa_Value/kappa_Image",
  "points_Image_Satis := (b + a*c)*kappa_Satis/kappa_Image",
  "points_Value_Satis := c*kappa_Satis/kappa_Value",
  "points_Image_Loyal := (b + a*c)*d*kappa_Loyal/kappa_Image",
  "points_Value_Loyal := c*d*kappa_Loyal/kappa_Value",
  "points_Satis_Loyal := d*kappa_Loyal/kappa_Satis"
), collapse = "\n")

ml <- fit_tight(syntax, mobi)
mlr <- fit_tight(syntax, mobi, estimator = "MLR")
scores <- function(method) {
  s <- as.data.frame(unclass(lavPredict(ml$fit, method = method)))[1:20, ]
  cbind(row = 0:19, s)
}

write_oracle("ecsi_reduced", list(
  data = "mobi/mobi.csv as is; MLR_points: items (x - 1)/9*100",
  syntax = syntax,
  index_syntax = index_syntax,
  condition = scaled_condition(ml$fit),
  ML = fit_record(ml, vcov = TRUE),
  MLR = fit_record(mlr, vcov = TRUE),
  MLR_means = fit_record(fit_tight(index_syntax, mobi, estimator = "MLR", meanstructure = TRUE)),
  MLR_points = fit_record(fit_points(index_syntax, mobi, 1, 10, estimator = "MLR")),
  scores = list(regression = scores("regression"), bartlett = scores("Bartlett"))
))
