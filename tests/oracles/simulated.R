# Writes simulated.csv: 600 respondents of a stratified cluster sample with informative weights. 4 strata of 10 PSU
# (`fpc` = PSU in the stratum's population), three constructs of three items 1-10, three groups of unequal size with
# different latent means; item s3 is too low in group C (its intercept is not invariant), and q3 and v3 share an error
# that a simple-structure model misses, so fit measures are not at their bounds.
here <- dirname(normalizePath(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])))
suppressWarnings(RNGversion("4.2.0"))
set.seed(20240517)

n <- 600L
stratum <- rep(1:4, times = c(180L, 150L, 150L, 120L))
psu_in_stratum <- ave(seq_len(n), stratum, FUN = function(i) sort(sample.int(10L, length(i), replace = TRUE)))
psu <- (stratum - 1L) * 10L + psu_in_stratum
stopifnot(length(unique(psu)) == 40L)
group <- sample(c("A", "B", "C"), n, replace = TRUE, prob = c(0.5, 0.3, 0.2))

psu_effect <- rnorm(40L, sd = 0.45)[psu]
shift <- c(A = 0, B = 0.35, C = -0.25)[group]
quality <- 0.9 * rnorm(n) + psu_effect + c(-0.2, 0, 0.1, 0.3)[stratum] + shift
value <- 0.6 * quality + 0.8 * rnorm(n)
satisfaction <- 0.5 * quality + 0.35 * value + 0.5 * rnorm(n) + 0.4 * psu_effect

shared <- 0.7 * rnorm(n)

item <- function(eta, loading, center, bias = 0) {
  y <- center + bias + 1.5 * (loading * eta + sqrt(1 - 0.5 * loading^2) * 0.7 * rnorm(n))
  as.integer(pmin(10, pmax(1, round(y))))
}
items <- data.frame(
  q1 = item(quality, 0.90, 7.0), q2 = item(quality, 0.80, 6.6), q3 = item(quality, 0.70, 6.9, shared),
  v1 = item(value, 0.85, 6.0), v2 = item(value, 0.90, 5.8), v3 = item(value, 0.65, 6.2, shared),
  s1 = item(satisfaction, 1.00, 6.8), s2 = item(satisfaction, 0.90, 6.3),
  s3 = item(satisfaction, 0.95, 6.1, ifelse(group == "C", -0.9, 0))
)

# Dissatisfied customers answer more often, so they weigh less: the weights carry information.
weight <- round(c(20, 35, 28, 50)[stratum] * exp(0.35 * satisfaction + 0.3 * rnorm(n)), 3)
fpc <- c(60L, 45L, 120L, 30L)[stratum]

frame <- cbind(id = seq_len(n), stratum, psu, fpc, weight, group, items)
write.csv(frame, file.path(here, "simulated.csv"), row.names = FALSE, quote = FALSE)
