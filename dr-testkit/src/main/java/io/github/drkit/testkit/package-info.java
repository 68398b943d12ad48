/**
 * Contracts, fakes and assertions for code that uses or extends DR Kit.
 */
@NullMarked
package io.github.drkit.testkit;

import org.jspecify.annotations.NullMarked;
