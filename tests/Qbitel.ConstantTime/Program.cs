namespace Qbitel.ConstantTime;

/// <summary>
/// <c>run</c> under valgrind does every section on poisoned secrets; <c>judge LOG MAP</c> says what that reported.
/// </summary>
internal static class Program
{
    public static int Main(string[] args)
    {
        switch (args)
        {
            case ["run"]:
                return Run();
            case ["judge", string log, string map]:
                return Verdict.Print(Findings.Read(File.ReadLines(log), File.ReadLines(map)));
            default:
                Console.Error.WriteLine("usage: Qbitel.ConstantTime run | judge LOG MAP (see build/constant-time.sh)");
                return 2;
        }
    }

    private static int Run()
    {
        // A rehearsal: the self-tests run and every method is compiled.
        foreach (Section section in Section.All) section.Run();
        Memcheck.IsArmed = true;
        foreach (Section section in Section.All)
        {
            Console.Error.WriteLine(Findings.Mark + section.Name);
            section.Run();
        }

        Console.Error.WriteLine(Findings.Mark);
        return Memcheck.IsRunning ? 0 : 3;
    }
}
