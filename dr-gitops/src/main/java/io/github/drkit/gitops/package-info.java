/**
 * Git, Argo CD over REST, Keycloak and Fineract. Nothing is built here yet: see the changelog for what is.
 */
@NullMarked
package io.github.drkit.gitops;

import org.jspecify.annotations.NullMarked;
