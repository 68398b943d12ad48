/**
 * Amazon RDS as a backup target. Nothing is built here yet: see the changelog for what is.
 */
@NullMarked
package io.github.drkit.aws;

import org.jspecify.annotations.NullMarked;
