// The last step of the start-up: see confinement.c.

#ifndef APUS_START_CONFINEMENT_H
#define APUS_START_CONFINEMENT_H

// Gives up whatever the program does not need. Ends the process if the kernel
// could, but does not, take it.
void apus_confine(void);

#endif
