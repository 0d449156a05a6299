/** What is done on a host before it goes down: users are told, blockers heard, workloads moved. */
@NullMarked
package io.keelson.engine.departure;

import org.jspecify.annotations.NullMarked;
