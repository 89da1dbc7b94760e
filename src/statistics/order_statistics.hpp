#pragma once
// Where values lie and how far they scatter, told so that a few stalled runs do not matter.
#include <span>
#include <vector>

namespace ci::statistics {

// Returns the median: of an even number of values the mean of the middle two; 0 of none.
double median(std::span<const double> values);

// Returns the value below which the part `q` (0 to 1) of the values lies, interpolated between neighbours (type 7 of
// Hyndman and Fan 1996, what R and NumPy do unless told); 0 of none.
double quantile(std::span<const double> values, double q);

// Returns the median absolute deviation from `centre` times 1.4826, which for normal values estimates the standard
// deviation.
double scaled_mad(std::span<const double> values, double centre);

// Returns scaled_mad, but at least 1 % of the centre and at least `resolution`: values that happen to be equal do not
// make the next one that differs by a hair look unusual.
double spread(std::span<const double> values, double centre, double resolution = 0.001);

}  // namespace ci::statistics
