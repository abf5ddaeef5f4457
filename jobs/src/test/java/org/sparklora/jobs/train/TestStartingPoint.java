package org.sparklora.jobs.train;
