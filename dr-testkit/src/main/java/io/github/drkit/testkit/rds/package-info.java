/**
 * Amazon RDS, Secrets Manager and CloudWatch in this process, for the real clients of the AWS SDK: they speak the
 * services' protocols over HTTP and share one clock and one fault script.
 *
 * <p>Begin with {@link io.github.drkit.testkit.rds.FakeRds}. What the fakes do, and what they do not, is on the page
 * {@code docs/rds-fake.md}.
 */
@NullMarked
package io.github.drkit.testkit.rds;

import org.jspecify.annotations.NullMarked;
