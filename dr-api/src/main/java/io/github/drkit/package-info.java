/**
 * The words of DR Kit and its two SPIs, {@code BackupTarget} and {@code RestoreStrategy}.
 */
@NullMarked
package io.github.drkit;

import org.jspecify.annotations.NullMarked;
