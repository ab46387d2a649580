/** Stands in for the program of the history's threads where that ends as soon as it is started. */
export {};
throw new Error('this thread ends at once');
