/**
 * Leases with fencing tokens: who may act on a target now, and how whoever lost the right is kept from acting late.
 */
@NullMarked
package io.github.drkit.lease;

import org.jspecify.annotations.NullMarked;
