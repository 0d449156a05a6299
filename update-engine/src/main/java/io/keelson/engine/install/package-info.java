/** What an installation is to the agent, whichever process it happens in. */
@NullMarked
package io.keelson.engine.install;

import org.jspecify.annotations.NullMarked;
