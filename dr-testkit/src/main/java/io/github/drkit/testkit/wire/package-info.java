/**
 * What the fakes that speak HTTP are made of: a server whose clock is the caller's, bodies, and XML as text. Not for hosts,
 * and not needed to use a fake: its types are public because two packages of this module share them, and may change or go
 * without notice in any version.
 */
@NullMarked
package io.github.drkit.testkit.wire;

import org.jspecify.annotations.NullMarked;
