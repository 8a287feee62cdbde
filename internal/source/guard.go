package source

import (
	"bytes"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

const (
	// maxNesting is how deep brackets, blocks, strings with interpolations and heredocs may nest.
	maxNesting = 100

	// maxChain is how many operators, steps, conditions and brackets one expression may string
	// together, counting those of the expressions around it. Each may cost the parser, and
	// whoever walks the tree, some kilobytes of stack.
	maxChain = 1_000

	// maxTextParts is how many lines of a heredoc, or stretches between the characters $ and % of a
	// string, may stand together: the parser joins them in time that grows with the square.
	maxTextParts = 2_000

	// maxNumber is the length of a number in characters, and maxExponent that of its exponent in
	// digits. Written out, 1e999999999 is a gigabyte of text.
	maxNumber   = 100
	maxExponent = 3
)

// checkTokens refuses text that would cost the parser more stack than there is, or more time than its length
// warrants. It follows the tokens, which the scanner finds without recursion.
//
// Brackets must match exactly: where they do not, the parser's idea of the depth differs from ours,
// and the message we can give is the better one anyway.
func checkTokens(src []byte, filename string) *hcl.Diagnostic {
	safe, openComments := disarmComments(src)
	tokens, _ := hclsyntax.LexConfig(safe, filename, hcl.InitialPos)
	g := &guard{frames: make([]frame, 1, maxNesting+1)}
	for i, token := range tokens {
		if openComments && token.Type == hclsyntax.TokenSlash && bytes.HasPrefix(src[token.Range.Start.Byte:], []byte("/*")) {
			return refusal(unterminatedComment, token.Range, "No */ ends the comment that starts here.")
		}
		if diag := g.step(token, tokens, i); diag != nil {
			return diag
		}
	}
	return nil
}

// disarmComments blanks the star of each /* that no */ follows, in a copy, and says whether there was one.
// The scanner looks for the end of the file at each of them, which for a file full of them takes minutes.
// Within a string such a pair means nothing, and blanking it changes no other token.
func disarmComments(src []byte) ([]byte, bool) {
	last := bytes.LastIndex(src, []byte("*/"))
	first := max(last-1, 0) // a */ ends a comment only if it stands behind the whole /*
	if !bytes.Contains(src[first:], []byte("/*")) {
		return src, false
	}
	safe := bytes.Clone(src)
	for at := first; at+1 < len(src); at++ {
		if src[at] == '/' && src[at+1] == '*' && last < at+2 {
			safe[at+1] = ' '
		}
	}
	return safe, true
}

// frame is one level of nesting.
type frame struct {
	opener hclsyntax.Token
	// base is the length of the chain around this frame, chain that within it, base included.
	base, chain int
	// parts counts the consecutive pieces of literal text.
	parts int
	// flowing says that a newline does not end the expression, as within parentheses.
	flowing bool
}

// guard follows the nesting of the tokens.
type guard struct {
	frames []frame
}

func (g *guard) top() *frame { return &g.frames[len(g.frames)-1] }

func (g *guard) step(token hclsyntax.Token, tokens hclsyntax.Tokens, i int) *hcl.Diagnostic {
	switch token.Type {
	case hclsyntax.TokenOBrace, hclsyntax.TokenOBrack, hclsyntax.TokenOParen, hclsyntax.TokenOQuote,
		hclsyntax.TokenOHeredoc, hclsyntax.TokenTemplateInterp, hclsyntax.TokenTemplateControl:
		return g.open(token, tokens, i)
	case hclsyntax.TokenCBrace, hclsyntax.TokenCBrack, hclsyntax.TokenCParen, hclsyntax.TokenCQuote,
		hclsyntax.TokenCHeredoc, hclsyntax.TokenTemplateSeqEnd:
		return g.close(token)
	case hclsyntax.TokenQuotedNewline:
		return refusal(multilineString, g.top().opener.Range, "The string that starts here is not closed on its line. "+
			"Add the closing quote, write \\n for a new line within it, or use a heredoc.")
	case hclsyntax.TokenQuotedLit, hclsyntax.TokenStringLit:
		g.top().parts++
		if g.top().parts > maxTextParts {
			return refusal(textTooLong, g.top().opener.Range,
				"The text that starts here has more than %d lines or parts. Shorten it.", maxTextParts)
		}
	case hclsyntax.TokenNumberLit:
		return checkNumber(token)
	case hclsyntax.TokenIdent, hclsyntax.TokenEqual:
	case hclsyntax.TokenComma:
		g.top().chain = g.top().base
	case hclsyntax.TokenNewline, hclsyntax.TokenComment:
		if !g.top().flowing && bytes.HasSuffix(token.Bytes, []byte{'\n'}) {
			g.top().chain = g.top().base
		}
	case hclsyntax.TokenEOF:
	default: // an operator, a dot, a colon, a question mark …
		return g.link(token)
	}
	return nil
}

// link makes the chain of the expression one longer.
func (g *guard) link(token hclsyntax.Token) *hcl.Diagnostic {
	g.top().chain++
	if g.top().chain > maxChain {
		return refusal(expressionTooLong, token.Range,
			"More than %d operators or steps are chained in the expression that ends here. Split it.", maxChain)
	}
	return nil
}

func (g *guard) open(token hclsyntax.Token, tokens hclsyntax.Tokens, i int) *hcl.Diagnostic {
	if token.Type != hclsyntax.TokenTemplateInterp { // interpolations stand side by side
		if diag := g.link(token); diag != nil {
			return diag
		}
	}
	g.top().parts = 0
	if len(g.frames) > maxNesting {
		return refusal(nestingTooDeep, token.Range,
			"More than %d brackets, blocks or templates are open here, one within the other. "+
				"Flatten the structure, or check that each is closed.", maxNesting)
	}
	flowing := true
	if token.Type == hclsyntax.TokenOBrace {
		flowing = startsWithFor(tokens[i+1:])
	}
	chain := g.top().chain
	g.frames = append(g.frames, frame{opener: token, base: chain, chain: chain, flowing: flowing})
	return nil
}

// startsWithFor says whether a brace opens {for k, v in …}, within which newlines mean nothing.
func startsWithFor(tokens hclsyntax.Tokens) bool {
	for _, token := range tokens {
		switch token.Type {
		case hclsyntax.TokenNewline, hclsyntax.TokenComment:
		case hclsyntax.TokenIdent:
			return string(token.Bytes) == "for"
		default:
			return false
		}
	}
	return false
}

func (g *guard) close(token hclsyntax.Token) *hcl.Diagnostic {
	if len(g.frames) == 1 {
		return refusal(mismatchedBracket, token.Range, "Nothing is open that this %q could close. Remove it.", token.Bytes)
	}
	opener := g.top().opener
	if !matches(opener.Type, token.Type) {
		return refusal(mismatchedBracket, token.Range, "This %q does not close the %q opened at %s:%d,%d. Close that first.",
			token.Bytes, bytes.TrimSpace(opener.Bytes), opener.Range.Filename, opener.Range.Start.Line, opener.Range.Start.Column)
	}
	g.frames = g.frames[:len(g.frames)-1]
	return nil
}

func matches(opener, closer hclsyntax.TokenType) bool {
	switch opener {
	case hclsyntax.TokenOBrace:
		return closer == hclsyntax.TokenCBrace
	case hclsyntax.TokenOBrack:
		return closer == hclsyntax.TokenCBrack
	case hclsyntax.TokenOParen:
		return closer == hclsyntax.TokenCParen
	case hclsyntax.TokenOQuote:
		return closer == hclsyntax.TokenCQuote
	case hclsyntax.TokenOHeredoc:
		return closer == hclsyntax.TokenCHeredoc
	default:
		return closer == hclsyntax.TokenTemplateSeqEnd
	}
}

func checkNumber(token hclsyntax.Token) *hcl.Diagnostic {
	exponent := 0
	if at := bytes.IndexAny(token.Bytes, "eE"); at >= 0 {
		exponent = len(bytes.TrimLeft(token.Bytes[at+1:], "+-0"))
	}
	if len(token.Bytes) > maxNumber || exponent > maxExponent {
		return refusal(numberTooLong, token.Range,
			"A number has at most %d characters, and its exponent at most %d digits.", maxNumber, maxExponent)
	}
	return nil
}
