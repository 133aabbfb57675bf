//! Python's abstract syntax, as far as settings use it, with the bytes each part stands on.
//!
//! It is what evaluation reads: literals are decoded, chains of operators are flat, brackets and
//! comments are gone. Operators of equal standing are kept in one list rather than nested, so that
//! a sum of a thousand terms is a thousand entries and not a thousand levels.

use crate::source::{FileId, Place, Span};

/// One file.
#[derive(Clone, Debug)]
pub struct Module {
    pub file: FileId,
    pub body: Vec<Statement>,
    /// CPython would refuse the file, so nothing in it ever gets a value.
    pub broken: Option<Place>,
    /// What CPython refuses of it, Python 2 takes, and `body` has it as that does.
    pub is_of_python_2: bool,
    /// It calls `sys.setdefaultencoding`, which no Python 3 has.
    pub sets_encoding: bool,
}

#[derive(Clone, Debug)]
pub struct Statement {
    pub span: Span,
    pub kind: StatementKind,
}

pub type Block = Vec<Statement>;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    pub text: String,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub enum StatementKind {
    Expression(Expression),
    /// `a = b = value`: every target, from the left.
    Assign {
        targets: Vec<Expression>,
        value: Expression,
    },
    Annotated {
        target: Expression,
        annotation: Expression,
        value: Option<Expression>,
    },
    Augmented {
        target: Expression,
        operator: Operator,
        value: Expression,
    },
    Delete(Vec<Expression>),
    Return(Option<Expression>),
    Raise {
        exception: Option<Expression>,
        cause: Option<Expression>,
    },
    Assert {
        test: Expression,
        message: Option<Expression>,
    },
    Import(Vec<Alias>),
    ImportFrom {
        level: usize,
        module: Option<Name>,
        names: Imported,
    },
    Global(Vec<Name>),
    Nonlocal(Vec<Name>),
    Pass,
    Break,
    Continue,
    If {
        branches: Vec<(Expression, Block)>,
        otherwise: Block,
    },
    For {
        target: Expression,
        iterable: Expression,
        body: Block,
        otherwise: Block,
    },
    While {
        test: Expression,
        body: Block,
        otherwise: Block,
    },
    Try(Try),
    With {
        items: Vec<(Expression, Option<Expression>)>,
        body: Block,
    },
    Function(Function),
    Class(Class),
    Match {
        subject: Expression,
        cases: Vec<Case>,
    },
}

/// `import a.b as c`, or one name of `from a import b as c`.
#[derive(Clone, Debug)]
pub struct Alias {
    pub name: Name,
    pub alias: Option<Name>,
}

#[derive(Clone, Debug)]
pub enum Imported {
    Star(Span),
    Names(Vec<Alias>),
}

#[derive(Clone, Debug)]
pub struct Try {
    pub body: Block,
    pub handlers: Vec<Handler>,
    pub otherwise: Block,
    pub finally: Block,
}

#[derive(Clone, Debug)]
pub struct Handler {
    pub span: Span,
    /// None for a bare `except:`.
    pub kind: Option<Expression>,
    pub name: Option<Name>,
    pub body: Block,
}

/// A function or a lambda, whose body is then one `return`.
#[derive(Clone, Debug)]
pub struct Function {
    pub name: Name,
    pub decorators: Vec<Expression>,
    pub parameters: Vec<Parameter>,
    pub body: Block,
    pub is_async: bool,
    pub is_generator: bool,
    /// Names that the body binds, and which are therefore its own.
    pub locals: Vec<String>,
}

#[derive(Clone, Debug)]
pub struct Parameter {
    pub name: Name,
    pub kind: ParameterKind,
    pub default: Option<Expression>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterKind {
    PositionalOnly,
    Either,
    /// `*args`
    Positionals,
    KeywordOnly,
    /// `**kwargs`
    Keywords,
}

#[derive(Clone, Debug)]
pub struct Class {
    pub name: Name,
    pub decorators: Vec<Expression>,
    pub arguments: Vec<Argument>,
    pub body: Block,
}

#[derive(Clone, Debug)]
pub struct Case {
    pub pattern: Pattern,
    pub guard: Option<Expression>,
    pub body: Block,
}

#[derive(Clone, Debug)]
pub enum Pattern {
    /// `_`, or a name to bind.
    Capture(Option<Name>),
    As(Box<Self>, Name),
    /// Compared by `==`; `None`, `True` and `False` by `is`.
    Value(Expression),
    Or(Vec<Self>),
    Sequence(Vec<Self>),
    /// `*rest` inside a sequence.
    Star(Option<Name>),
    Mapping {
        entries: Vec<(Expression, Self)>,
        rest: Option<Name>,
    },
    Class {
        class: Expression,
        positional: Vec<Self>,
        keywords: Vec<(String, Self)>,
    },
}

#[derive(Clone, Debug)]
pub struct Expression {
    pub span: Span,
    pub kind: ExpressionKind,
}

#[derive(Clone, Debug)]
pub enum ExpressionKind {
    Constant(Constant),
    /// An f-string, or a concatenation with one in it.
    Format(Vec<Segment>),
    Name(String),
    Attribute {
        value: Box<Expression>,
        name: Name,
    },
    Subscript {
        value: Box<Expression>,
        index: Box<Expression>,
    },
    Slice {
        lower: Option<Box<Expression>>,
        upper: Option<Box<Expression>>,
        step: Option<Box<Expression>>,
    },
    Call {
        function: Box<Expression>,
        arguments: Vec<Argument>,
    },
    List(Vec<Expression>),
    Tuple(Vec<Expression>),
    Set(Vec<Expression>),
    Dict(Vec<Item>),
    Starred(Box<Expression>),
    /// `first`, then each operator with its right operand, applied from the left.
    Binary {
        first: Box<Expression>,
        rest: Vec<(Operator, Expression)>,
    },
    Unary {
        operator: UnaryOperator,
        operand: Box<Expression>,
    },
    /// Operands of one `and` or one `or`.
    Boolean {
        all: bool,
        operands: Vec<Expression>,
    },
    Compare {
        first: Box<Expression>,
        rest: Vec<(Comparison, Expression)>,
    },
    Conditional {
        test: Box<Expression>,
        then: Box<Expression>,
        otherwise: Box<Expression>,
    },
    Lambda(Box<Function>),
    Walrus {
        name: Name,
        value: Box<Expression>,
    },
    Comprehension(Box<Comprehension>),
    Yield(Option<Box<Expression>>),
    YieldFrom(Box<Expression>),
    Await(Box<Expression>),
}

#[derive(Clone, Debug, PartialEq)]
pub enum Constant {
    None,
    Ellipsis,
    Bool(bool),
    Int(i128),
    /// An integer that 127 bits do not hold, in decimal, octal, binary or hexadecimal as written.
    LargeInt(String),
    Float(f64),
    Imaginary(f64),
    Str(String),
    Bytes(Vec<u8>),
    /// A string that Rust's cannot hold, or that names a character: `"\ud800"`, `"\N{BULLET}"`.
    Unreadable,
}

#[derive(Clone, Debug)]
pub enum Segment {
    Text(String),
    Value { value: Expression, conversion: Option<char>, format: Vec<Self>, shown: Option<String> },
}

#[derive(Clone, Debug)]
pub enum Item {
    Pair(Expression, Expression),
    /// `**other`
    Spread(Expression),
}

#[derive(Clone, Debug)]
pub enum Argument {
    Positional(Expression),
    Keyword(Name, Expression),
    /// `*values`
    Spread(Expression),
    /// `**values`
    SpreadKeywords(Expression),
}

#[derive(Clone, Debug)]
pub struct Comprehension {
    pub kind: ComprehensionKind,
    pub element: Expression,
    /// The value of a dict comprehension, whose `element` is the key.
    pub value: Option<Expression>,
    pub clauses: Vec<Clause>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ComprehensionKind {
    List,
    Set,
    Dict,
    Generator,
}

#[derive(Clone, Debug)]
pub enum Clause {
    For { target: Expression, iterable: Expression },
    If(Expression),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operator {
    Add,
    Subtract,
    Multiply,
    MatrixMultiply,
    Divide,
    FloorDivide,
    Modulo,
    Power,
    Or,
    And,
    Xor,
    ShiftLeft,
    ShiftRight,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnaryOperator {
    Plus,
    Minus,
    Invert,
    Not,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    In,
    NotIn,
    Is,
    IsNot,
}

impl Operator {
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::MatrixMultiply => "@",
            Self::Divide => "/",
            Self::FloorDivide => "//",
            Self::Modulo => "%",
            Self::Power => "**",
            Self::Or => "|",
            Self::And => "&",
            Self::Xor => "^",
            Self::ShiftLeft => "<<",
            Self::ShiftRight => ">>",
        }
    }

    pub fn of(symbol: &str) -> Option<Self> {
        const ALL: [Operator; 13] = [
            Operator::Add,
            Operator::Subtract,
            Operator::Multiply,
            Operator::MatrixMultiply,
            Operator::Divide,
            Operator::FloorDivide,
            Operator::Modulo,
            Operator::Power,
            Operator::Or,
            Operator::And,
            Operator::Xor,
            Operator::ShiftLeft,
            Operator::ShiftRight,
        ];
        ALL.into_iter().find(|operator| operator.symbol() == symbol)
    }
}

impl Expression {
    /// The text of a plain string literal.
    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            ExpressionKind::Constant(Constant::Str(text)) => Some(text),
            _ => None,
        }
    }

    /// `a.b.c` as it is written, if it is nothing but names and dots.
    pub fn dotted(&self) -> Option<String> {
        match &self.kind {
            ExpressionKind::Name(name) => Some(name.clone()),
            ExpressionKind::Attribute { value, name } => {
                Some(format!("{}.{}", value.dotted()?, name.text))
            }
            _ => None,
        }
    }
}
