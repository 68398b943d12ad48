/**
 * Assertions in DR Kit's words, whose failures say what happened. Begin with
 * {@link io.github.drkit.testkit.assertj.DrAssertions}.
 */
@NullMarked
package io.github.drkit.testkit.assertj;

import org.jspecify.annotations.NullMarked;
