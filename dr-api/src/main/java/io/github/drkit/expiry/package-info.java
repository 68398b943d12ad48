/**
 * Carries out what a retention policy decided: marks points as going, waits, looks again, and deletes exactly what was
 * seen. {@link io.github.drkit.expiry.Expiry} is the way in; an adapter implements
 * {@link io.github.drkit.expiry.ExpirablePoints}. How nothing good is lost stands in {@code docs/expiry.md}.
 */
@NullMarked
package io.github.drkit.expiry;

import org.jspecify.annotations.NullMarked;
