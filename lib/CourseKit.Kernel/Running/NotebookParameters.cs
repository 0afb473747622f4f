using System.Globalization;
using CourseKit.Kernel.Notebooks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CourseKit.Kernel.Running;

/// <summary>
/// The parameters of a notebook, by papermill's convention. The cell tagged <c>parameters</c> declares variables with defaults. A later cell
/// tagged <c>injected-parameters</c> assigns other values.
/// </summary>
public static class NotebookParameters
{
    private const string DeclaringTag = "parameters", InjectedTag = "injected-parameters";

    /// <summary>
    /// The variables that can be set from outside. Their type is int, long, double, float, bool or string, or a nullable one of these. A variable
    /// declared with <c>var</c> counts if its value is a literal of such a type.
    /// </summary>
    /// <param name="notebook">Any notebook. If it has no cell tagged <c>parameters</c>, the result is empty.</param>
    /// <returns>The name of each variable and the C# name of its type.</returns>
    public static IReadOnlyDictionary<string, string> Declared(Notebook notebook)
    {
        ArgumentNullException.ThrowIfNull(notebook);
        var types = new Dictionary<string, string>();
        var script = CSharpSyntaxTree.ParseText(
            notebook.Cells.FirstOrDefault(IsDeclaring)?.Source ?? "",
            CSharpParseOptions.Default.WithKind(SourceCodeKind.Script));
        foreach (var field in script.GetCompilationUnitRoot().Members.OfType<FieldDeclarationSyntax>())
        {
            if (field.Modifiers.Any(SyntaxKind.ConstKeyword) || field.Modifiers.Any(SyntaxKind.ReadOnlyKeyword))
                continue;
            foreach (var variable in field.Declaration.Variables)
            {
                if (TypeOf(field.Declaration.Type, variable.Initializer?.Value) is { } type)
                    types[variable.Identifier.ValueText] = type;
            }
        }
        return types;
    }

    /// <summary>Inserts a cell that assigns the values, after the cell that declares the variables. It replaces a cell from an earlier run.</summary>
    /// <param name="notebook">The notebook. It is not changed if it declares none of the names.</param>
    /// <param name="values">Names and values as on a command line. Names that the notebook does not declare are ignored.</param>
    /// <exception cref="FormatException">A value cannot be read as a literal of its variable's type.</exception>
    public static void Inject(Notebook notebook, IReadOnlyDictionary<string, string> values)
    {
        ArgumentNullException.ThrowIfNull(notebook);
        ArgumentNullException.ThrowIfNull(values);
        string[] assignments =
        [
            .. from declared in Declared(notebook)
               where values.ContainsKey(declared.Key)
               select $"{declared.Key} = {Literal(declared.Key, declared.Value, values[declared.Key])};",
        ];
        if (assignments.Length == 0)
            return;
        for (var i = notebook.Cells.Count - 1; i >= 0; i--)
        {
            if (notebook.Cells[i].HasTag(InjectedTag))
                notebook.RemoveAt(i);
        }
        var cell = NotebookCell.Code(string.Join('\n', assignments.Prepend("// Parameters")), InjectedTag);
        cell.Id = InjectedTag; // always the same, so that two runs give the same file
        notebook.Insert(notebook.Cells.TakeWhile(c => !IsDeclaring(c)).Count() + 1, cell);
    }

    private static bool IsDeclaring(NotebookCell cell) => cell.Kind == CellKind.Code && cell.HasTag(DeclaringTag);

    private static string? TypeOf(TypeSyntax type, ExpressionSyntax? value)
    {
        if (type is NullableTypeSyntax nullable)
            type = nullable.ElementType;
        if (!type.IsVar)
            return type.ToString() is "int" or "long" or "double" or "float" or "bool" or "string" ? type.ToString() : null;
        if (value is PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.UnaryMinusExpression, Operand: var operand })
            value = operand;
        return (value as LiteralExpressionSyntax)?.Token.Value switch
        {
            int => "int",
            long => "long",
            double => "double",
            float => "float",
            bool => "bool",
            string => "string",
            _ => null,
        };
    }

    private static string Literal(string name, string type, string value)
    {
        var culture = CultureInfo.InvariantCulture;
        return type switch
        {
            "int" when int.TryParse(value, NumberStyles.AllowLeadingSign, culture, out var i) => i.ToString(culture),
            "long" when long.TryParse(value, NumberStyles.AllowLeadingSign, culture, out var l) => l.ToString(culture) + "L",
            "double" when double.TryParse(value, NumberStyles.Float, culture, out var d) && double.IsFinite(d) => d.ToString("R", culture) + "d",
            "float" when float.TryParse(value, NumberStyles.Float, culture, out var f) && float.IsFinite(f) => f.ToString("R", culture) + "f",
            "bool" when bool.TryParse(value, out var b) => b ? "true" : "false",
            "string" => SymbolDisplay.FormatLiteral(value, quote: true),
            _ => throw new FormatException($"Parameter '{name}' is of type {type}: '{value}' does not read as one."),
        };
    }
}
