/** What every job needs: its start from a command line, its outcome, and where named things lie. */
package org.sparklora.jobs.run;
