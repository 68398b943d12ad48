/**
 * The engine: {@link io.github.drkit.engine.DisasterRecovery} plans, executes, resumes, proves and reports.
 */
@NullMarked
package io.github.drkit.engine;

import org.jspecify.annotations.NullMarked;
