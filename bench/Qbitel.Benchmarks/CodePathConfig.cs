using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;

namespace Qbitel.Benchmarks;

/// <summary>Each benchmark on each code path that the processor has; ratios are to the baseline on the same.</summary>
internal sealed class CodePathConfig : ManualConfig
{
    public CodePathConfig()
    {
        AddJob(Job.Default.WithId("all switches on"));
        foreach (string name in (string[])["DOTNET_EnableAVX512", "DOTNET_EnableAVX2"])
            AddJob(Job.Default.WithEnvironmentVariable(name, "0").WithId($"{name}=0"));

        AddLogicalGroupRules(BenchmarkLogicalGroupRule.ByJob);
        HideColumns(Column.EnvironmentVariables, Column.Error, Column.StdDev);
    }
}
