# Reliability of the construct blocks: alpha, omega, average variance extracted (two conventions), HTMT and HTMT2.
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])), "common.R"))
suppressPackageStartupMessages(library(semTools))

# Alpha by psych from the covariance matrix; denominators cancel.
alpha_table <- function(data, blocks) {
  many <- names(blocks)[lengths(blocks) > 1L]
  do.call(rbind, lapply(many, function(k) {
    a <- suppressWarnings(psych::alpha(data[blocks[[k]]], check.keys = FALSE, warnings = FALSE))$total
    data.frame(construct = k, n_items = length(blocks[[k]]), alpha = a$raw_alpha, alpha_standardized = a$std.alpha,
               average_r = a$average_r)
  }))
}

# HTMT from its definition on absolute correlations: mean between blocks over the root of the two mean within-block
# correlations; HTMT2 takes geometric means. semTools' own numbers stand beside and must agree.
htmt_table <- function(data, blocks) {
  blocks <- blocks[lengths(blocks) > 1L]
  r <- abs(cor(data[unlist(blocks)]))
  within <- function(k) { m <- r[blocks[[k]], blocks[[k]]]; m[lower.tri(m)] }
  geometric <- function(x) exp(mean(log(x)))
  model <- paste(measurement_lines(blocks), collapse = "\n")
  package <- function(htmt2) htmt(model, data, htmt2 = htmt2)
  one <- package(FALSE)
  two <- package(TRUE)
  pairs <- combn(names(blocks), 2, simplify = FALSE)
  out <- do.call(rbind, lapply(pairs, function(p) {
    between <- r[blocks[[p[1]]], blocks[[p[2]]]]
    ratio <- function(f) f(between) / sqrt(f(within(p[1])) * f(within(p[2])))
    data.frame(a = p[1], b = p[2], htmt = ratio(mean), htmt2 = ratio(geometric),
               htmt_semtools = one[p[2], p[1]], htmt2_semtools = two[p[2], p[1]])
  }))
  stopifnot(max(abs(out$htmt / out$htmt_semtools - 1), abs(out$htmt2 / out$htmt2_semtools - 1)) < 1e-6)
  out
}

# Omega with the variance of the sum score observed or implied; AVE as semTools (share of item variance) and as Fornell and
# Larcker (mean squared standardized loading).
from_fit <- function(run, blocks) {
  fit <- run$fit
  many <- names(blocks)[lengths(blocks) > 1L]
  standardized <- lavInspect(fit, "std")$lambda
  fornell_larcker <- vapply(many, function(k) mean(standardized[blocks[[k]], k]^2), 0)
  pick <- function(x) as.numeric(unclass(x)[many])
  data.frame(
    construct = many,
    omega_observed = pick(compRelSEM(fit, obs.var = TRUE)),
    omega_implied = pick(compRelSEM(fit, obs.var = FALSE)),
    ave_semtools_observed = pick(AVE(fit, obs.var = TRUE)),
    ave_semtools_implied = pick(AVE(fit, obs.var = FALSE)),
    ave_fornell_larcker = unname(fornell_larcker)
  )
}

one_factor <- function(data, blocks) {
  wide <- names(blocks)[lengths(blocks) > 2L]
  do.call(rbind, lapply(wide, function(k) from_fit(fit_tight(measurement_lines(blocks[k]), data), blocks[k])))
}

mobi <- read_data("mobi", "mobi.csv")
mobi_blocks <- list(
  Image = paste0("IMAG", 1:5), Expect = paste0("CUEX", 1:3), Quality = paste0("PERQ", 1:7), Value = paste0("PERV", 1:2),
  Satis = paste0("CUSA", 1:3), Loyal = paste0("CUSL", 1:3)
)
reduced_blocks <- mobi_blocks[c("Image", "Value", "Satis", "Loyal")]
reduced <- paste(c(measurement_lines(reduced_blocks), "Value ~ Image", "Satis ~ Image + Value", "Loyal ~ Satis"),
                 collapse = "\n")

corp <- recode_missing(read_data("corp_rep", "corp_rep_data.csv"), -99)
corp_blocks <- list(
  QUAL = paste0("qual_", 1:8), CSOR = paste0("csor_", 1:5), COMP = paste0("comp_", 1:3), LIKE = paste0("like_", 1:3),
  CUSL = paste0("cusl_", 1:3), PERF = paste0("perf_", 1:5), ATTR = paste0("attr_", 1:3)
)
corp <- corp[unlist(corp_blocks)]
corp <- corp[complete.cases(corp), ]
corp_cfa <- paste(measurement_lines(corp_blocks), collapse = "\n")

write_oracle("reliability", list(
  data = "mobi/mobi.csv as is; corp_rep/corp_rep_data.csv as is, rows complete on the 30 items of these blocks",
  mobi = list(
    n = nrow(mobi),
    alpha = alpha_table(mobi, mobi_blocks),
    htmt = htmt_table(mobi, mobi_blocks),
    one_factor = one_factor(mobi, mobi_blocks),
    reduced_model = from_fit(fit_tight(reduced, mobi), reduced_blocks)
  ),
  corp_rep = list(
    n = nrow(corp),
    alpha = alpha_table(corp, corp_blocks),
    htmt = htmt_table(corp, corp_blocks),
    one_factor = one_factor(corp, corp_blocks),
    all_blocks_cfa = from_fit(fit_tight(corp_cfa, corp), corp_blocks)
  )
), c("lavaan", "semTools", "psych"))
