/**
 * The contracts: abstract test classes whose rules an implementation must pass. {@code docs/contract.md} lists each rule.
 * Extend the class, write its factory methods, and run it; a rule about something that is not declared is skipped, visibly.
 */
@NullMarked
package io.github.drkit.testkit.contract;

import org.jspecify.annotations.NullMarked;
