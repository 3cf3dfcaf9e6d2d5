using BenchmarkDotNet.Running;
using Qbitel.Benchmarks;
using Qbitel.Cryptography;

Console.WriteLine($"code path: {CodePath.Name}");
if (args is ["fix-latency"])
{
    FixLatency.Run();
    return;
}

if (args is ["fix-speed"])
{
    FixSpeed.Run();
    return;
}

BenchmarkSwitcher.FromAssembly(typeof(CodePathConfig).Assembly).Run(args);
