/**
 * Histories of backups in which much went wrong, made from a seed, and years of backups and expiry on a virtual clock.
 * {@link io.github.drkit.testkit.retention.HistoryGenerator} and
 * {@link io.github.drkit.testkit.retention.RetentionSimulator} are the ways in.
 */
@NullMarked
package io.github.drkit.testkit.retention;

import org.jspecify.annotations.NullMarked;
