/** Who is offered which release: the decision, its reason, and nothing else. */
@NullMarked
package io.keelson.server.rollout;

import org.jspecify.annotations.NullMarked;
