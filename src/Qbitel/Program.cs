Console.WriteLine("qbitel");
