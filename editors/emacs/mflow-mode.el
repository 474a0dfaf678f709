;;; mflow-mode.el --- Manifests of mflowc -*- lexical-binding: t; -*-

;; Put this file on the load path, and (require 'mflow-mode) into your init file.

;;; Code:

(require 'prog-mode)

(defvar mflow-mode-syntax-table
  (let ((table (make-syntax-table)))
    (modify-syntax-entry ?# "<" table)
    (modify-syntax-entry ?\n ">" table)
    (modify-syntax-entry ?_ "_" table)
    table)
  "Comments of manifests run from # to the end of the line.")

(defvar mflow-mode-keywords
  `((,(regexp-opt '("mflow" "use" "target" "memory" "arena" "model" "budget" "input" "output"
                    "place" "kernels" "verify" "emit" "on")
                  'symbols)
     . font-lock-keyword-face)
    ("\\_<\\([a-z0-9_]+\\)\\_>[ \t]*=" 1 font-lock-variable-name-face))
  "What `mflow-mode' colours.")

;;;###autoload
(define-derived-mode mflow-mode prog-mode "mflow"
  "Major mode for manifests of mflowc."
  (setq-local comment-start "# ")
  (setq-local indent-tabs-mode nil)
  (setq-local font-lock-defaults '(mflow-mode-keywords)))

;;;###autoload
(add-to-list 'auto-mode-alist '("\\.mflow\\'" . mflow-mode))

(with-eval-after-load 'eglot
  (defvar eglot-server-programs)
  (add-to-list 'eglot-server-programs '(mflow-mode . ("mflowc" "lsp"))))

(provide 'mflow-mode)
;;; mflow-mode.el ends here
