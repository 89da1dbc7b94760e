#pragma once
// Probabilities of the distributions that the tests need. No tables: each is computed to about 1e-12.

namespace ci::statistics {

// Returns the probability that a standard normal value is above `z`.
double normal_above(double z);

// Returns the standard normal value that the part `probability` (between 0 and 1) of all values lies below.
double normal_quantile(double probability);

// Returns the probability that a value of the Beta distribution with these parameters (both above 0) is below `x`: the
// regularised incomplete beta function.
double beta_below(double alpha, double beta, double x);

// Returns the value that the part `probability` of the Beta distribution lies below.
double beta_quantile(double alpha, double beta, double probability);

// Returns the probability that the absolute value of Student's t with `freedom` degrees of freedom is `t` or more.
double student_two_sided(double t, double freedom);

}  // namespace ci::statistics
