using System.Text.RegularExpressions;
using CourseKit.Kernel.Notebooks;
using CourseKit.Kernel.Session.Compilation;
using Microsoft.CodeAnalysis.CSharp;

namespace CourseKit.Kernel.Session.Directives;

/// <summary>
/// <c>#!share NAME --from KERNEL --as NEW</c> and <c>#!set --name NEW --value @KERNEL:NAME</c>: declare a C# variable. In a notebook of several
/// languages its value comes from another kernel. Here it comes from C# itself, from <c>#!value</c>, or from whoever sits at the front end.
/// </summary>
internal static partial class ShareDirective
{
    public const string Name = "#!share", SetName = "#!set";

    // The value goes from the directive to the submission through this key. A literal of it could be too large for the compiler.
    private const string Passed = "notebook.shared";

    public static Task ShareAsync(DirectiveCall call)
    {
        var (variable, kernel, name) = Shared(call.Argument);
        return DeclareAsync(call.Run, Name, variable, kernel, name);
    }

    public static Task SetAsync(DirectiveCall call)
    {
        var (variable, value) = Set(call.Argument);
        return From().Match(value) is { Success: true, Groups: var from }
            ? DeclareAsync(call.Run, SetName, variable, from["kernel"].Value, from["name"].Value)
            : PassAsync(call.Run, variable, value);
    }

    /// <summary>The C# variable that a use of one of the two directives declares; null if the use is wrong.</summary>
    public static string? Declared(Directive directive, string argument)
    {
        try
        {
            return directive.Name == Name ? Shared(argument).Variable : directive.Name == SetName ? Set(argument).Variable : null;
        }
        catch (DirectiveException)
        {
            return null;
        }
    }

    private static (string Variable, string Kernel, string Name) Shared(string argument)
    {
        var options = new DirectiveOptions(Name, argument, "--name", "--from", "--as", "--mime-type");
        var example = $"expected a variable and the kernel that has it, as in {Name} x --from value";
        var name = options["--name"] ?? throw new DirectiveException($"{Name}: {example}");
        return (Checked(Name, options["--as"] ?? name), options["--from"] ?? throw new DirectiveException($"{Name} {name}: {example}"), name);
    }

    private static (string Variable, string Value) Set(string argument)
    {
        var options = new DirectiveOptions(SetName, argument, "--name", "--value", "--mime-type");
        const string Example = $"expected a variable and its value, as in {SetName} --name x --value @value:y";
        var variable = options["--name"] ?? throw new DirectiveException($"{SetName}: {Example}");
        return (Checked(SetName, variable), options["--value"] ?? throw new DirectiveException($"{SetName} --name {variable}: {Example}"));
    }

    private static string Checked(string directive, string variable) =>
        SyntaxFacts.IsValidIdentifier(variable) && SyntaxFacts.GetKeywordKind(variable) == SyntaxKind.None ? variable
            : throw new DirectiveException($"{directive}: '{variable}' cannot be the name of a C# variable; expected letters, digits and _, beginning with no digit.");

    private static Task DeclareAsync(CellRun run, string directive, string variable, string kernel, string name)
    {
        if (kernel is "input" or "password")
        {
            var prompt = SymbolDisplay.FormatLiteral(Prompt().Match(name) is { Success: true, Groups: var fields } ? fields["prompt"].Value : name.Trim('"'), quote: true);
            return EvaluateAsync(run, $"var {variable} = global::CourseKit.Kernel.Session.Output.DisplayFunctions.{(kernel == "input" ? "Input" : "Password")}({prompt});");
        }
        switch (CellLanguage.Find(kernel)?.Name)
        {
            case CellLanguage.Value:
                return PassAsync(run, variable, run.Others.Values.GetValueOrDefault(name) ?? throw new DirectiveException(
                    $"{directive}: #!value keeps no '{name}'. {(run.Others.Values.Count == 0 ? "It keeps nothing yet" : $"It keeps {string.Join(", ", run.Others.Values.Keys)}")}."));
            case CellLanguage.CSharp:
                if (!run.Engine.Variables.Any(known => known.Name == name))
                    throw new DirectiveException($"{directive}: C# has no variable '{name}'. #!who lists those it has.");
                return name == variable ? Task.CompletedTask : EvaluateAsync(run, $"var {variable} = {name};");
            default:
                throw new DirectiveException($"{directive}: '{name}' cannot come from {CellLanguage.Find(kernel)?.Title ?? kernel}: this kernel runs C# only. Declare {variable} in C#.");
        }
    }

    private static async Task PassAsync(CellRun run, string variable, string text)
    {
        AppContext.SetData(Passed, text);
        await EvaluateAsync(run, $"var {variable} = (string)global::System.AppContext.GetData(\"{Passed}\");");
        AppContext.SetData(Passed, null);
    }

    private static Task EvaluateAsync(CellRun run, string code) => run.Engine.EvaluateAsync(new CellSource(run.Cell.Label, code), _ => { }, run.Cancel);

    [GeneratedRegex("^@(?<kernel>[^:]+)(:(?<name>.*))?$", RegexOptions.ExplicitCapture | RegexOptions.Singleline)]
    private static partial Regex From();

    [GeneratedRegex("""^\{.*"prompt"\s*:\s*"(?<prompt>[^"]*)".*\}$""", RegexOptions.Singleline)]
    private static partial Regex Prompt();
}
