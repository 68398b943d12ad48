package io.github.drkit.retention;

/**
 * Why nothing may expire now.
 *
 * @param code the code of the failure, listed in {@code docs/errors.md}
 * @param problem one sentence
 * @param hint the one thing to check next
 */
public record Refusal(String code, String problem, String hint) {}
