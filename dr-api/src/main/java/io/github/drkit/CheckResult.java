package io.github.drkit;

/**
 * What a check found.
 *
 * @param outcome SUCCEEDED if it holds, FAILED if it does not, UNKNOWN if it could not be told; SKIPPED does not prove
 *     anything either
 * @param expected what should be
 * @param actual what is
 */
public record CheckResult(Outcome outcome, String expected, String actual) {}
