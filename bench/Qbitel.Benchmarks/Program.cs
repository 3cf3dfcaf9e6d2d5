using BenchmarkDotNet.Running;
using Qbitel.Benchmarks;
using Qbitel.Cryptography;

Console.WriteLine($"code path: {CodePath.Name}");
BenchmarkSwitcher.FromAssembly(typeof(CodePathConfig).Assembly).Run(args);
