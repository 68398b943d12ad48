/**
 * What the fakes that speak HTTP are made of: a server whose clock is the caller's, bodies, and XML as text. Not needed to
 * use a fake; whoever writes one may use it.
 */
@NullMarked
package io.github.drkit.testkit.wire;

import org.jspecify.annotations.NullMarked;
