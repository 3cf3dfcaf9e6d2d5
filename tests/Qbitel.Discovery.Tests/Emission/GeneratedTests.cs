using System.Collections;
using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Qbitel.Discovery.Emission;
using Xunit.Sdk;

namespace Qbitel.Discovery.Tests.Emission;

/// <summary>Compiles a generated test file with the code it tests, against xunit, and runs what is in it.</summary>
internal static class GeneratedTests
{
    /// <returns>How many cases ran; one that fails throws.</returns>
    public static int Run(GeneratedAdapter adapter)
    {
        // Against what this test itself runs on: the platform and xunit.
        string platform = (string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!;
        CSharpCompilation compilation = CSharpCompilation.Create($"{adapter.ClassName}.Generated.Tests",
            adapter.Artefacts.Where(a => a.Target is "csharp" or "tests")
                .Select(a => CSharpSyntaxTree.ParseText(a.Content, path: a.FileName)),
            platform.Split(Path.PathSeparator).Select(p => MetadataReference.CreateFromFile(p)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        using MemoryStream image = new();
        Microsoft.CodeAnalysis.Emit.EmitResult result = compilation.Emit(image);
        Assert.True(result.Success,
            string.Join('\n', result.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error)));

        image.Position = 0;
        AssemblyLoadContext context = new("generated tests", isCollectible: true);
        try
        {
            Type type = context.LoadFromStream(image).GetTypes().Single(t => t.Name == $"{adapter.ClassName}Tests");
            int cases = 0;
            foreach (MethodInfo method in type.GetMethods()
                .Where(m => m.GetCustomAttribute<FactAttribute>() is not null))
            {
                object? tests = Activator.CreateInstance(type);
                if (method.GetCustomAttribute<MemberDataAttribute>() is not { } member)
                {
                    method.Invoke(tests, []);
                    cases++;
                    continue;
                }

                foreach (object row in (IEnumerable)type.GetField(member.MemberName)!.GetValue(null)!)
                {
                    method.Invoke(tests, ((ITheoryDataRow)row).GetData());
                    cases++;
                }
            }

            return cases;
        }
        finally
        {
            context.Unload();
        }
    }
}
