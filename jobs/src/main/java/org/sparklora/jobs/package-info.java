/** The entries of the Spark jobs: one class for each command line. */
package org.sparklora.jobs;
