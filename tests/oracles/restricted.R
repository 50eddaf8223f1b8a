# A part of the respondents after everybody was weighted: simulated.csv raked to two margins, then subset(). The
# residuals of the margins reach those who are left out, so this is not the survey of the part alone.
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])), "common.R"))
suppressPackageStartupMessages(library(survey))

sim <- read.csv(file.path(here, "simulated.csv"))
sim$band <- factor(1 + sim$id %% 4)
design <- svydesign(ids = ~psu, strata = ~stratum, weights = ~weight, data = sim)
margins <- list(
  group = data.frame(group = c("A", "B", "C"), Freq = c(5200, 3100, 1700)),
  band = data.frame(band = factor(1:4), Freq = c(1500, 2000, 3500, 3000))
)
raked <- calibrate(
  design, list(~group, ~band), list(margins$group, margins$band), calfun = "raking", epsilon = 1e-13, maxit = 200
)
part <- subset(raked, q1 >= 7)
items <- c("s1", "s2", "s3")
numbers_of <- function(d) {
  whole <- svymean(reformulate(items), d)
  by <- svyby(reformulate(items), ~group, d, svymean)
  list(
    n = nrow(d$variables[weights(d) > 0, ]),
    mean = as.list(coef(whole)), se = as.list(setNames(as.vector(SE(whole)), items)),
    covariance = unname(vcov(whole)),
    by_group = lapply(setNames(nm = c("A", "B", "C")), function(g) {
      row <- by[by$group == g, ]
      list(mean = as.list(row[items]), se = as.list(setNames(unlist(row[paste0("se.", items)]), items)))
    })
  )
}
write_oracle("restricted", list(
  margins = lapply(margins, function(m) setNames(as.list(m$Freq), as.character(m[[1]]))),
  first_weights = weights(raked)[1:20],
  everybody = numbers_of(raked),
  part = numbers_of(part)
), "survey")
