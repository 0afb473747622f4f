using System.Text.RegularExpressions;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace CourseKit.House.Tests;

/// <summary>The program that docs/library.md shows, and the examples of documentation comments, compile against the library as it is built.</summary>
public sealed partial class ExampleTests
{
    [Fact]
    public void The_ten_lines_compile()
    {
        var program = Example().Match(Repository.Read("docs", "library.md")).Groups[1].Value;
        var cancel = TestContext.Current.CancellationToken;
        var compilation = CSharpCompilation.Create("example", [CSharpSyntaxTree.ParseText("global using System; global using System.IO; global using System.Linq;\n", cancellationToken: cancel), CSharpSyntaxTree.ParseText(program, cancellationToken: cancel)],
            References(), new(OutputKind.ConsoleApplication));
        Assert.Empty(compilation.GetDiagnostics(cancel).Where(found => found.Severity == DiagnosticSeverity.Error).Select(error => error.ToString()));
        Assert.InRange(program.Trim().Split('\n').Count(line => !line.StartsWith("using CourseKit", StringComparison.Ordinal) && line.Length > 0), 5, 10);
    }

    [Fact]
    public void The_examples_of_the_librarys_documentation_compile_as_cells()
    {
        var cancel = TestContext.Current.CancellationToken;
        var examples = XDocument.Load(Path.Combine(Repository.Output("CourseKit"), "CourseKit.xml")).Descendants("example").SelectMany(example => example.Elements("code")).Select(code => code.Value).ToList();
        Assert.InRange(examples.Count, 3, 1000);
        string[] usings = ["System", "System.IO", "System.Linq", "CourseKit", "CourseKit.Data", "CourseKit.Models", "CourseKit.Plots", "CourseKit.Training", "TorchSharp"];
        Assert.All(examples, example =>
        {
            var cell = CSharpSyntaxTree.ParseText(example, new(kind: SourceCodeKind.Script), cancellationToken: cancel);
            var compilation = CSharpCompilation.CreateScriptCompilation("cell", cell, References(), new(OutputKind.DynamicallyLinkedLibrary, usings: usings));
            Assert.Empty(compilation.GetDiagnostics(cancel).Where(found => found.Severity == DiagnosticSeverity.Error).Select(error => error.ToString()));
        });
    }

    private static IEnumerable<MetadataReference> References()
    {
        var framework = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Where(file => Path.GetDirectoryName(file) == Path.GetDirectoryName(typeof(object).Assembly.Location)).ToList();
        var library = Directory.GetFiles(Repository.Output("CourseKit"), "*.dll").Where(file => framework.All(known => Path.GetFileName(known) != Path.GetFileName(file)));
        return framework.Concat(library).Select(file => MetadataReference.CreateFromFile(file));
    }

    [GeneratedRegex(@"^```csharp\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Example();
}
