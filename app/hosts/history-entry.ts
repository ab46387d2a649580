/** The program of the history's threads, by a name that is the same in a checkout and in a package. */
import '../history/history-thread.ts';
