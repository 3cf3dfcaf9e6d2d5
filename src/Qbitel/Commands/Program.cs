namespace Qbitel.Commands;

internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        // Answered before anything else is loaded: people script it.
        if (args is ["--version"])
        {
            Console.Out.WriteLine(Product.Version);
            return (int)ExitCode.Done;
        }

        return (int)await CommandLine.RunAsync(args, Console.Out, Console.Error, CancellationToken.None);
    }
}
