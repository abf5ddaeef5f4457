/** What every job needs: starting from a command line, making an output once, resolving names. */
package org.sparklora.jobs.run;
