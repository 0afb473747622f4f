using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace CourseKit.House.Tests;

/// <summary>The program that docs/library.md shows is one: it compiles against the library as it is built.</summary>
public sealed partial class ExampleTests
{
    [Fact]
    public void The_ten_lines_compile()
    {
        var program = Example().Match(Repository.Read("docs", "library.md")).Groups[1].Value;
        var framework = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Where(file => Path.GetDirectoryName(file) == Path.GetDirectoryName(typeof(object).Assembly.Location));
        var library = Directory.GetFiles(Repository.Output("CourseKit"), "*.dll").Where(file => framework.All(known => Path.GetFileName(known) != Path.GetFileName(file)));
        var cancel = TestContext.Current.CancellationToken;
        var compilation = CSharpCompilation.Create("example", [CSharpSyntaxTree.ParseText("global using System; global using System.IO; global using System.Linq;\n", cancellationToken: cancel), CSharpSyntaxTree.ParseText(program, cancellationToken: cancel)],
            framework.Concat(library).Select(file => MetadataReference.CreateFromFile(file)), new(OutputKind.ConsoleApplication));
        Assert.Empty(compilation.GetDiagnostics(cancel).Where(found => found.Severity == DiagnosticSeverity.Error).Select(error => error.ToString()));
        Assert.InRange(program.Trim().Split('\n').Count(line => !line.StartsWith("using CourseKit", StringComparison.Ordinal) && line.Length > 0), 5, 10);
    }

    [GeneratedRegex(@"^```csharp\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Example();
}
