# The whole ECSI on mobi. Empirically almost unidentified, so estimates and SE are fragile; chi-square and the fit measures
# are not. Complaints has one item: error variance 0, or (1 - .80) of its variance (denominator n).
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])), "common.R"))

mobi <- read_data("mobi", "mobi.csv")
blocks <- list(
  Image = paste0("IMAG", 1:5), Expect = paste0("CUEX", 1:3), Quality = paste0("PERQ", 1:7), Value = paste0("PERV", 1:2),
  Satis = paste0("CUSA", 1:3), Compl = "CUSCO", Loyal = paste0("CUSL", 1:3)
)
paths <- c(
  "Expect ~ Image", "Quality ~ Expect", "Value ~ Expect + Quality", "Satis ~ Image + Expect + Quality + Value",
  "Compl ~ Satis", "Loyal ~ Image + Satis + Compl"
)
variance <- mean((mobi$CUSCO - mean(mobi$CUSCO))^2)

one <- function(error) {
  syntax <- paste(c(measurement_lines(blocks), paths, paste0("CUSCO ~~ ", sprintf("%.15g", error), "*CUSCO")),
                  collapse = "\n")
  ml <- fit_tight(syntax, mobi)
  record <- fit_record(ml)
  record$latent_covariance_eigenvalues <- NULL
  c(list(syntax = syntax, error_variance = error, condition = scaled_condition(ml$fit)), record)
}

write_oracle("ecsi_full", list(
  data = "mobi/mobi.csv as is",
  CUSCO_variance = variance,
  error_0 = one(0),
  reliability_80 = one(0.2 * variance)
))
