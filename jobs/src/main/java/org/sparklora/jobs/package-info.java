/** The Spark jobs: configuration in, result out, exit code. May import: everything. */
package org.sparklora.jobs;
